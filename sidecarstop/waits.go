package sidecarstop

import (
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// Waits is what a Pod waits for, as admission wrote it down. The zero value is nothing.
type Waits struct {
	Entries []dependency.Entry
	// Unreadable says for people why the text means nothing to this version. Then nothing is ever met. Empty where it was read.
	Unreadable string
}

// maxWaits bounds the text that is parsed and remembered, in bytes. It is no less than what the parser takes, and so than what admission writes.
const maxWaits = 1 << 16

// ParseWaits reads the annotation orderly.dev/resolved-waits.
func ParseWaits(text string) Waits {
	if text == "" {
		return Waits{}
	}
	if len(text) > maxWaits {
		return Waits{Unreadable: fmt.Sprintf("it is longer than %d bytes", maxWaits)}
	}
	entries, problems := dependency.Parse(text)
	if len(problems) > 0 {
		return Waits{Unreadable: "it cannot be understood" + placeOf(problems[0])}
	}
	return Waits{Entries: entries}
}

// placeOf is where a problem is. The problem itself may quote what stands there, and with it the value of a field.
func placeOf(p annotation.Problem) string {
	if p.Place == (annotation.Position{}) {
		return ""
	}
	return " at " + p.Place.String()
}

// maxParsed bounds the texts that are remembered. The Pods of one owner have one text between them.
const maxParsed = 500

// parsedWaits remembers what texts mean, because a Pod is decided about many times and its text never changes.
type parsedWaits struct {
	mutex  sync.Mutex
	byText map[string]Waits
}

func (p *parsedWaits) of(pod *corev1.Pod) Waits {
	text := pod.Annotations[contract.AnnotationResolvedWaits]
	if text == "" {
		return Waits{}
	}
	if known, found := p.find(text); found {
		return known
	}
	parsed := ParseWaits(text)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.byText == nil || len(p.byText) >= maxParsed {
		p.byText = map[string]Waits{}
	}
	p.byText[text] = parsed
	return parsed
}

func (p *parsedWaits) find(text string) (Waits, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	known, found := p.byText[text]
	return known, found
}
