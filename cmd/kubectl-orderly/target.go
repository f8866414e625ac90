package main

import (
	"fmt"
	"strings"
)

// kind is what a name may belong to.
type kind string

const (
	anyKind kind = ""
	aJob    kind = "Job"
	aPod    kind = "Pod"
)

// kinds are the names of resources as kubectl takes them.
var kinds = map[string]kind{
	"job": aJob, "jobs": aJob, "job.batch": aJob, "jobs.batch": aJob, "jobs.v1.batch": aJob,
	"pod": aPod, "pods": aPod, "po": aPod,
}

// target is what the user asks about.
type target struct {
	kind kind
	name string
}

// parseTarget reads NAME or KIND/NAME.
func parseTarget(word string) (target, error) {
	resource, name, parted := strings.Cut(word, "/")
	if !parted {
		resource, name = "", word
	}
	k, known := kinds[strings.ToLower(resource)]
	if parted && !known {
		return target{}, fmt.Errorf("%q is neither a Job nor a Pod: say job/%s or pod/%s", word, name, name)
	}
	if name == "" || strings.Contains(name, "/") {
		return target{}, fmt.Errorf("%q is not a name: say NAME, job/NAME or pod/NAME", word)
	}
	return target{kind: k, name: name}, nil
}
