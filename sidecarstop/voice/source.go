package voice

import (
	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// Which repositories the steps found in place, and at which commits, for whoever asks later what was built.

// SourceResult is a repository that was cloned.
type SourceResult struct {
	// Path is where it lies below the workspace; "." is the workspace itself.
	Path string `json:"path"`
	URL  string `json:"url"`
	// RefType is branch, tag, commit, or ref for any other ref, and RefName its name.
	RefType string `json:"refType,omitempty"`
	RefName string `json:"refName,omitempty"`
	// Commit is the hash that was checked out. It is not there where the cloner's termination message had no room for it; RefType and RefName are
	// then what the Pod asked for.
	Commit string `json:"commit,omitempty"`
}

// sourcesOf are the repositories of a Pod in the order in which it names them. There are none until all are in place: the kubelet has to have seen the
// cloner end well. After a reboot of the node it runs again, and leaves what is in place as it is.
func sourcesOf(v podview.View) []SourceResult {
	cloner, found := v.Cloner()
	ended := lastLife(cloner).Status.State.Terminated
	if !found || ended == nil || ended.ExitCode != contract.ExitOK {
		return nil
	}
	report, spoke := cloner.Order.DecodeReport(ended.Message)
	var sources []SourceResult
	for i, r := range cloner.Order.Repositories {
		known := r.Declared()
		if spoke {
			known = report.Sources[i]
		}
		sources = append(sources, SourceResult{
			Path: string(r.Path), URL: r.URL.String(), RefType: known.RefType, RefName: known.RefName, Commit: known.Commit,
		})
	}
	return sources
}
