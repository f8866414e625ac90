package mutate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/dependency"
)

// maxShares bounds what the wrappers of all containers together are told of sockets, files, addresses and templates, in bytes: an entry can name
// a hundred containers, and all of it becomes a part of the Pod, of which the API server's store takes 1.5 MiB.
const maxShares = 256 << 10

// checkWaitSize: what is waited for fits into the Pod, and the companion loop can read again what it has to judge.
func checkWaitSize(_ subject, d decision) field.ErrorList {
	var errs field.ErrorList
	if waits := d.awaited.waits; len(waits) > dependency.MaxEntries {
		return field.ErrorList{field.Invalid(waits[dependency.MaxEntries].path, field.OmitValueType{},
			fmt.Sprintf("with this the Pod waits for more than %d things, by all annotations and variables together; "+
				"wait for what needs the others itself", dependency.MaxEntries))}
	}
	if judged := d.awaited.judged(); len(judged) > 0 {
		if _, problems := dependency.Parse(dependency.Format(judged)); len(problems) > 0 {
			errs = append(errs, field.Invalid(d.awaited.path(), field.OmitValueType{},
				fmt.Sprintf("all that the Pod waits for, as it is written down for the companion loop, cannot be read again (%v); wait for less", problems[0])))
		}
	}
	size := 0
	for _, s := range d.awaited.shares {
		size += s.size()
	}
	if size > maxShares {
		errs = append(errs, field.Invalid(d.awaited.path(), field.OmitValueType{},
			fmt.Sprintf("what the containers are told of sockets, files, addresses and templates takes %d bytes, but may take at most %d; "+
				"name fewer containers in for, or shorter paths", size, maxShares)))
	}
	return errs
}

// path is that of the first thing that is waited for, or made.
func (a awaited) path() *field.Path {
	if len(a.waits) > 0 {
		return a.waits[0].path
	}
	return a.files[0].path
}

func (s share) size() int {
	size := 0
	for _, list := range [][]string{s.sockets, s.files, s.addresses} {
		for _, text := range list {
			size += len(text)
		}
	}
	for _, t := range s.templates {
		size += len(t.String())
	}
	return size
}
