package mutate

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
)

// What bounds an answer. Mutating admission runs before the API server has validated anything, so names, values and keys are as long
// and as strange as a request of 3 MiB allows.
const (
	// maxProblems bounds how many problems are reported at once.
	maxProblems = annotation.EnoughProblems
	// maxText bounds the problems of one answer, in bytes. An answer holds each of them twice, as a line and as a cause, and
	// stays below 64 KiB.
	maxText = 28 << 10
	// maxValue bounds what is quoted of an object, in bytes before quoting: enough to find the place again.
	maxValue = 200
	// maxDetail bounds the words about one problem, in bytes. The longest list [maxEnumerated] names.
	maxDetail = 2000
)

// bounded cuts each problem, and leaves out those that are too many. It changes errs.
func bounded(errs field.ErrorList) field.ErrorList {
	size := 0
	for i, err := range errs {
		cutProblem(err)
		size += len(err.Error())
		if i > 0 && (i == maxProblems || size > maxText) {
			errs[i-1].Detail += fmt.Sprintf(" (and %d problems more)", len(errs)-i)
			return errs[:i]
		}
	}
	return errs
}

func cutProblem(err *field.Error) {
	if value, text := err.BadValue.(string); text {
		err.BadValue = cut(value, maxValue)
	}
	err.Detail = cut(oneLine(err.Detail), maxDetail)
}

// cut shortens a text to so many bytes, at the end of a character.
func cut(s string, size int) string {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size] + "…"
}

// oneLine replaces what could start another line, or move the cursor of a terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// keyOf writes the key of an annotation as a part of a path. One that the API server would refuse may hold anything, line
// ends too, so it is quoted.
func keyOf(name string) string {
	if len(content.IsLabelKey(name)) == 0 {
		return name
	}
	return strconv.Quote(cut(name, maxValue))
}
