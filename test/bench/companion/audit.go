package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// auditPolicy makes the API server log what the companion asks, and nothing else: a line when a request has been answered, and for a
// watch one also when it begins.
const auditPolicy = `{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"],
 "rules": [{"level": "Metadata", "users": ["` + companionUser + `"]}, {"level": "None"}]}
`

// request is a line of the audit log, as k8s.io/apiserver/pkg/apis/audit/v1.Event has it.
type request struct {
	ID        string `json:"auditID"`
	Stage     string `json:"stage"`
	Verb      string `json:"verb"`
	URI       string `json:"requestURI"`
	ObjectRef struct {
		Resource, Namespace, Name, Subresource string
	} `json:"objectRef"`
	ResponseStatus struct{ Code int } `json:"responseStatus"`
	Received       time.Time          `json:"requestReceivedTimestamp"`
}

// isWork reports whether the request is one that a Pod caused: not a watch, and not the care for the Lease.
func (r request) isWork() bool {
	return r.Verb != "watch" && r.Stage == "ResponseComplete" && r.ObjectRef.Resource != "leases" && r.ObjectRef.Resource != ""
}

// writesPod reports whether the request was to change a Pod, whatever the answer.
func (r request) writesPod() bool {
	return r.isWork() && r.ObjectRef.Resource == "pods" && (r.Verb == "patch" || r.Verb == "update")
}

// makesEvent reports whether there is one Event more since.
func (r request) makesEvent() bool {
	return r.isWork() && r.ObjectRef.Resource == "events" && r.Verb == "create" && r.ResponseStatus.Code < 300
}

// audit reads the API server's audit log.
type audit struct {
	policy, log string
	read        int64
	all         []request
}

func makeAudit(folder string) (*audit, error) {
	a := &audit{policy: filepath.Join(folder, "audit-policy.json"), log: filepath.Join(folder, "audit.log")}
	return a, os.WriteFile(a.policy, []byte(auditPolicy), 0o600)
}

// requests lists all that was logged so far.
func (a *audit) requests() ([]request, error) {
	file, err := os.Open(a.log)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	if _, err := file.Seek(a.read, io.SeekStart); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	for line := range bytes.Lines(whole) {
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("reading the audit log: %w", err)
		}
		a.all = append(a.all, r)
	}
	a.read += int64(len(whole))
	return a.all, nil
}

// count is how many requests of a kind there were in a namespace; in all where that is empty.
func (a *audit) count(is func(request) bool, namespace string) (int, error) {
	all, err := a.requests()
	n := 0
	for _, r := range all {
		if is(r) && (namespace == "" || r.ObjectRef.Namespace == namespace) {
			n++
		}
	}
	return n, err
}

// patched tells when the API server got the last request to change each Pod of a namespace.
func (a *audit) patched(namespace string) (map[string]time.Time, error) {
	all, err := a.requests()
	last := map[string]time.Time{}
	for _, r := range all {
		if r.writesPod() && r.ObjectRef.Namespace == namespace {
			last[r.ObjectRef.Name] = r.Received
		}
	}
	return last, err
}

// watches lists the URIs of the watches that are open.
func (a *audit) watches() ([]string, error) {
	all, err := a.requests()
	open := map[string]string{}
	for _, r := range all {
		switch {
		case r.Verb != "watch":
		case r.Stage == "ResponseStarted":
			open[r.ID] = r.URI
		default:
			delete(open, r.ID)
		}
	}
	var uris []string
	for _, uri := range open {
		uris = append(uris, uri)
	}
	return uris, err
}
