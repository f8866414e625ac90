package main

import (
	"fmt"
	"io"
	"time"

	"orderly.dev/cmd/kubectl-orderly/timeline"
)

// logView writes a line for each change, with the time at which it was seen, and the whole story at the end. It is for what is no terminal.
type logView struct {
	out      io.Writer
	headings map[string]string
	pods     map[string]timeline.Timeline
}

func (v *logView) show(all []found, now time.Time) error {
	for _, s := range tellAll(all, now) {
		for _, line := range v.changes(s) {
			if err := v.write(now, line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *logView) changes(s story) []string {
	if v.pods == nil {
		v.headings, v.pods = map[string]string{}, map[string]timeline.Timeline{}
	}
	var lines []string
	if heading := s.heading(); heading != v.headings[s.String()] && heading != "" {
		v.headings[s.String()] = heading
		lines = append(lines, heading)
	}
	for _, t := range s.timelines {
		key := t.Namespace + "/" + t.Pod
		lines = append(lines, t.Changes(v.pods[key])...)
		v.pods[key] = t
	}
	return lines
}

func (v *logView) write(now time.Time, line string) error {
	_, err := fmt.Fprintf(v.out, "%s %s\n", now.UTC().Format(time.RFC3339), line)
	return err
}

func (v *logView) end(all []found, now time.Time) error {
	if err := v.show(all, now); err != nil {
		return err
	}
	_, err := fmt.Fprintf(v.out, "\n%s", textOf(tellAll(all, now), 0))
	return err
}

// warn leaves it to the next change to say that the connection is there again.
func (v *logView) warn(problem string) error {
	if problem == "" {
		return nil
	}
	return v.write(time.Now(), problem)
}

// moves is true because time alone tells that the kubelet is stuck with a Pod. What has been said is not said again.
func (v *logView) moves() bool { return true }
