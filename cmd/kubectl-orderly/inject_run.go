package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"orderly.dev/cmd/kubectl-orderly/manifest"
)

// injection judges the objects of files, and says what it finds.
type injection struct {
	judges map[objectKind]judge
	// pods is true where the Pods that the other objects would make are wanted, too.
	pods bool
	// messages takes warnings and denials, as they come.
	messages io.Writer
	// denied counts documents and objects with problems.
	denied int
}

// renderedFile is a file and what became of it.
type renderedFile struct {
	name  string
	pages []manifest.Page
}

// renderAll judges everything before it gives up because something is denied.
func (in *injection) renderAll(ctx context.Context, files []file) ([]renderedFile, error) {
	var all []renderedFile
	for _, f := range files {
		rendered := renderedFile{name: f.name}
		for _, d := range manifest.Split(f.text) {
			pages, err := in.renderDocument(ctx, place(f.name, d), d)
			if err != nil {
				return nil, err
			}
			rendered.pages = slices.Concat(rendered.pages, pages)
		}
		all = append(all, rendered)
	}
	switch in.denied {
	case 0:
		return all, nil
	case 1:
		return nil, fmt.Errorf("nothing was written, because of one object or document with problems")
	default:
		return nil, fmt.Errorf("nothing was written, because of %d objects or documents with problems", in.denied)
	}
}

// renderDocument gives a page for the document, and for each Pod that was wanted.
func (in *injection) renderDocument(ctx context.Context, where string, d manifest.Document) ([]manifest.Page, error) {
	page, err := manifest.Parse(d)
	var judged []*manifest.Object
	for o := range page.Objects() {
		if in.judges[kindOf(o)] != nil {
			judged = append(judged, o)
		}
	}
	if err == nil && len(judged) > 0 {
		err = d.CheckKeys()
	}
	if err != nil {
		in.deny(where, err.Error())
		return nil, nil
	}
	pages := []manifest.Page{page}
	for _, o := range judged {
		pod, err := in.render(ctx, strings.TrimSuffix(where+", "+o.Place, ", "), o)
		if err != nil {
			return nil, err
		}
		if pod != nil {
			pages = append(pages, manifest.PageOf(pod))
		}
	}
	return pages, nil
}

func kindOf(o *manifest.Object) objectKind { return objectKind{o.APIVersion, o.Kind} }

// render judges an object and, where that is wanted, the Pod that it would make, which it returns.
func (in *injection) render(ctx context.Context, where string, o *manifest.Object) (*manifest.Object, error) {
	said, err := in.judges[kindOf(o)](ctx, o)
	if err != nil {
		return nil, err
	}
	for _, warning := range said.warnings {
		in.warn(warning)
	}
	if said.denial != "" {
		in.deny(where, said.denial)
		return nil, nil
	}
	if !in.pods {
		return nil, nil
	}
	return in.renderPod(ctx, where, o, said.warnings)
}

// renderPod gives the first Pod that an object would make, where it asks for anything.
func (in *injection) renderPod(ctx context.Context, where string, owner *manifest.Object, known []string) (*manifest.Object, error) {
	switch kind := kindOf(owner); {
	case kind == cronJobKind:
		job, err := manifest.Make(owner, jobKind.apiVersion, jobKind.kind, "spec", "jobTemplate")
		if err != nil {
			return nil, err
		}
		said, err := in.judges[jobKind](ctx, job)
		if err != nil {
			return nil, err
		}
		if said.denial != "" {
			in.deny(where, said.denial)
			return nil, nil
		}
		return in.renderPod(ctx, where, job, known)
	case kind == jobKind, slices.Contains(workloadKinds, kind):
		pod, err := manifest.Make(owner, podKind.apiVersion, podKind.kind, "spec", "template")
		if err != nil {
			return nil, err
		}
		return in.judgePod(ctx, where, pod, known)
	}
	return nil, nil
}

// judgePod gives the Pod where it is rewritten. Of what is said about it only what was not said about its owner is new.
func (in *injection) judgePod(ctx context.Context, where string, pod *manifest.Object, known []string) (*manifest.Object, error) {
	said, err := in.judges[podKind](ctx, pod)
	if err != nil {
		return nil, err
	}
	for _, warning := range said.warnings {
		if !slices.Contains(known, warning) {
			in.warn(warning)
		}
	}
	if said.denial != "" {
		in.deny(where, said.denial)
	}
	if pod.Rewritten == nil {
		return nil, nil
	}
	return pod, nil
}

// warn writes a warning as kubectl does when admission gives it.
func (in *injection) warn(warning string) {
	in.say("Warning: %s\n", warning)
}

func (in *injection) deny(where, problem string) {
	in.denied++
	in.say("%s: %s\n", where, problem)
}

// say drops what cannot be written: there is nobody else to tell.
func (in *injection) say(format string, args ...any) {
	_, _ = fmt.Fprintf(in.messages, format, args...)
}
