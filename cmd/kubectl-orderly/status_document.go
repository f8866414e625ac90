package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"orderly.dev/cmd/kubectl-orderly/timeline"
	"orderly.dev/mutate/contract"
)

// document is what -o json writes. Its shape is a part of what users may rely on, see [timeline.Document].
type document struct {
	// Time is when this was so.
	Time    string           `json:"time"`
	Targets []targetDocument `json:"targets"`
}

// targetDocument is one of the objects that were asked for.
type targetDocument struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// CronJob is the one that was asked for and made this Job.
	CronJob string `json:"cronJob,omitempty"`
	// Outcome is Running, Succeeded or Failed, as --watch judges; Message says why it failed.
	Outcome outcome `json:"outcome"`
	Message string  `json:"message,omitempty"`
	// JobState is Running, Complete, Failed or Suspended, of a Job.
	JobState string `json:"jobState,omitempty"`
	// Replicas and ReadyPods are how many Pods a workload wants, and has.
	Replicas  *int `json:"replicas,omitempty"`
	ReadyPods *int `json:"readyPods,omitempty"`
	// Pods are oldest first.
	Pods []timeline.Document `json:"pods"`
}

func documentOf(stories []story, now time.Time) document {
	d := document{Time: now.UTC().Format(time.RFC3339Nano)}
	for _, s := range stories {
		t := targetDocument{Kind: string(s.kind), Namespace: s.namespace, Name: s.name, CronJob: s.cronJob, Pods: []timeline.Document{}}
		t.Outcome, t.Message = s.outcome()
		switch {
		case s.job != nil:
			t.JobState, _ = stateOfJob(s.job)
		case s.kind != aJob && s.kind != aPod:
			t.Replicas, t.ReadyPods = new(s.replicas), new(s.readyPods())
		}
		for _, story := range s.timelines {
			t.Pods = append(t.Pods, story.Document())
		}
		d.Targets = append(d.Targets, t)
	}
	return d
}

// indent is how documents are written.
type indent string

const (
	indented  indent = "    " // as kubectl does
	inOneLine indent = ""     // each on a line of its own
)

func (d document) encode(form indent) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", string(form))
	if err := encoder.Encode(d); err != nil {
		return nil, fmt.Errorf("encoding what was found: %w", err)
	}
	return []byte(contract.EscapeUnprintable(b.String())), nil
}

func writeDocument(w io.Writer, d document) error {
	text, err := d.encode(indented)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// documentView writes a document for each change.
type documentView struct {
	out  io.Writer
	last []byte
	// at is the time of the last document.
	at time.Time
}

// show writes nothing where only time has gone by: at the time of the last document, this one would have been the same.
func (v *documentView) show(all []found, now time.Time) error {
	then, err := documentOf(tellAll(all, v.at), v.at).encode(inOneLine)
	if err != nil || bytes.Equal(then, v.last) {
		return err
	}
	v.last, err = documentOf(tellAll(all, now), now).encode(inOneLine)
	if err != nil {
		return err
	}
	v.at = now
	_, err = v.out.Write(v.last)
	return err
}

func (v *documentView) end(all []found, now time.Time) error { return v.show(all, now) }

// warn is not for programs, which read what comes next.
func (v *documentView) warn(string) error { return nil }

func (v *documentView) moves() bool { return false }
