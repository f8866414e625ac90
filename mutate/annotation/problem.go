package annotation

import "k8s.io/apimachinery/pkg/util/validation/field"

// Problem is something in an annotation that cannot be accepted.
type Problem struct {
	// Place is where it stands; zero where the whole annotation is meant.
	Place Position
	// Value is what stands there, as far as it helps to see it; empty otherwise. It is as long and as strange as it was written.
	Value string
	// Detail says what is wrong and what to write instead.
	Detail string
}

// String is the sentence for people, without the value.
func (p Problem) String() string {
	if p.Place == (Position{}) {
		return p.Detail
	}
	return p.Place.String() + ": " + p.Detail
}

// Invalid is the problem as admission reports it, of the annotation with that path.
func (p Problem) Invalid(path *field.Path) *field.Error {
	if p.Value == "" {
		return field.Invalid(path, field.OmitValueType{}, p.String())
	}
	return field.Invalid(path, p.Value, p.String())
}

// Reader collects the problems of one annotation. The zero value is ready to use.
type Reader struct {
	problems []Problem
}

// Problems are those found so far, in the order of the text.
func (r *Reader) Problems() []Problem { return r.problems }

// Refuse reports what stands at a place.
func (r *Reader) Refuse(at Position, detail string) { r.RefuseValue(at, "", detail) }

// RefuseValue reports what stands at a place, and shows it.
func (r *Reader) RefuseValue(at Position, value, detail string) {
	r.problems = append(r.problems, Problem{Place: at, Value: value, Detail: detail})
}

// EnoughProblems is how many problems a person is shown at once; for those behind them no near word is looked for.
const EnoughProblems = 50

// Nearest is [DidYouMean], unless there are more problems already than anybody reads.
func (r *Reader) Nearest(word string, candidates []string) string {
	if len(r.problems) >= EnoughProblems {
		return ""
	}
	return DidYouMean(word, candidates)
}
