package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// decision is what was found out about a subject before anything is changed.
type decision struct {
	plan  plan
	owner ownerList
}

// decide judges a Pod or a template and reports everything that is wrong with it. Where [checkFirst] finds something, nothing else is
// looked at.
func decide(s subject, config Config) (decision, field.ErrorList) {
	if errs := config.problems(); len(errs) > 0 {
		return decision{}, errs
	}
	if errs := checkFirst(s); len(errs) > 0 {
		return decision{}, errs
	}
	plan, errs := readPlan(s)
	d := decision{plan: plan, owner: s.owner}
	for _, check := range checks {
		errs = append(errs, check(s, d)...)
	}
	return d, errs
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
