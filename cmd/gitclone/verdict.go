package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// sentences are one for each repository that failed by itself: which one, what happened, what git said and what to do. Where none did, those that
// were stopped have theirs.
func sentences(o clone.Order, results []result) []string {
	var own, ended []string
	for i, r := range results {
		switch {
		case r.err == nil:
		case kindOf(r.err) == stopped:
			ended = append(ended, sentence(o.Repositories[i], r.err))
		default:
			own = append(own, sentence(o.Repositories[i], r.err))
		}
	}
	if len(own) > 0 {
		return own
	}
	return ended
}

func sentence(r clone.Repository, err error) string {
	text := fmt.Sprintf("cloning %s to %s: %v", r.URL, r.Path, err)
	hint := advice(kindOf(err), r)
	if f, ok := errors.AsType[*failure](err); ok {
		hint = cmp.Or(f.hint, adviceOnAnother(f, r.URL), hint)
	}
	if hint != "" {
		text += "; " + hint
	}
	return text
}

// maxMessage is how many bytes of a termination message the kubelet reads.
const maxMessage = 4096

// message is the termination message: the report for the companion when all is well, else all sentences, each with its share of the room.
func message(results []result, failed []string) string {
	if len(failed) == 0 {
		return report(results).Text()
	}
	share := maxMessage/len(failed) - 1
	var b strings.Builder
	for _, text := range failed {
		b.WriteString(cut(text, share) + "\n")
	}
	return b.String()
}

func report(results []result) clone.Report {
	var r clone.Report
	for _, one := range results {
		r.Sources = append(r.Sources, one.source)
	}
	return r
}

// cut shortens a text to so many bytes, in its middle: it begins with what happened and ends with what to do.
func cut(text string, most int) string {
	const gap = " … "
	if len(text) <= most {
		return text
	}
	half := (most - len(gap)) / 2
	return strings.ToValidUTF8(text[:half], "") + gap + strings.ToValidUTF8(text[len(text)-half:], "")
}

// variables is the file for the wrappers of the steps.
func variables(o clone.Order, results []result) string {
	var b strings.Builder
	for _, v := range o.Variables(report(results).Sources) {
		b.WriteString(v.Name + "=" + v.Value + "\n")
	}
	return b.String()
}

// exitCode is 0 only when all is in its place.
func exitCode(failed []string) int {
	if len(failed) > 0 {
		return exitFailed
	}
	return contract.ExitOK
}

// exitFailed says that a repository could not be cloned.
const exitFailed = 1
