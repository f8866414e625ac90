package mutate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// decision is what was found out about a subject before anything is changed.
type decision struct {
	plan  plan
	owner ownerList
}

// decide judges a Pod or a template and reports everything that is wrong with it.
func decide(s subject, config Config) (decision, field.ErrorList) {
	if errs := config.problems(); len(errs) > 0 {
		return decision{}, errs
	}
	plan, errs := readPlan(s)
	d := decision{plan: plan, owner: s.owner}
	for _, check := range checks {
		errs = append(errs, check(s, d)...)
	}
	return d, bounded(errs)
}

// check judges one rule, see the files validate_*.go.
type check func(subject, decision) field.ErrorList

var checks = []check{
	checkAnnotations,
	checkLabels,
	checkOperatingSystem,
	checkRestartPolicies,
	checkReservedNames,
	checkReservedPaths,
	checkCommands,
}

// maxProblems bounds how many problems are reported at once, so that no annotation can make an answer of megabytes.
const maxProblems = 50

func bounded(errs field.ErrorList) field.ErrorList {
	more := len(errs) - maxProblems
	if more <= 0 {
		return errs
	}
	last := errs[maxProblems-1]
	last.Detail += fmt.Sprintf(" (and %d problems more)", more)
	return errs[:maxProblems]
}
