package mutate

import (
	"strings"

	"orderly.dev/mutate/contract"
)

// String writes the plan for people: names with arrows, and behind a name what differs from waiting for every entry above it and
// running where all went well.
//
//	fetch → build → [unit lint] → publish (after unit) → clean (always)
func (p plan) String() string {
	if !p.any() {
		return "none" + p.whyNone
	}
	var b strings.Builder
	for i, s := range p.steps {
		first, last := p.bounds(i)
		switch {
		case i > 0 && first:
			b.WriteString(" → ")
		case i > 0:
			b.WriteString(" ")
		}
		if first && !last {
			b.WriteString("[")
		}
		b.WriteString(s.name + s.form.remark())
		if last && !first {
			b.WriteString("]")
		}
	}
	return b.String()
}

// bounds reports whether a step is the first and the last of its stage.
func (p plan) bounds(i int) (first, last bool) {
	stage := p.steps[i].stage
	return i == 0 || p.steps[i-1].stage != stage, i == len(p.steps)-1 || p.steps[i+1].stage != stage
}

// remark is what is said in brackets behind the name.
func (f longForm) remark() string {
	var remarks []string
	switch {
	case f.afterGiven && len(f.after) == 0:
		remarks = append(remarks, "at once")
	case f.afterGiven:
		remarks = append(remarks, "after "+strings.Join(f.afterNames(), ", "))
	}
	if !f.runsOnSuccess() {
		remarks = append(remarks, map[contract.RunIf]string{contract.RunOnFailure: "on failure", contract.RunAlways: "always"}[f.runIf])
	}
	if len(remarks) == 0 {
		return ""
	}
	return " (" + strings.Join(remarks, ", ") + ")"
}
