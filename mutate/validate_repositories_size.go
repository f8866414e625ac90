package mutate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// maxTold bounds what all containers together are told about repositories, in bytes: it becomes a part of the Pod as often as there are containers that
// see them, and the API server's store takes 1.5 MiB, its notes on who wrote what included. A hundred steps with ten repositories fit.
const maxTold = 512 << 10

// checkRepositoriesSize: what the containers are told fits into the Pod.
func checkRepositoriesSize(s subject, d decision) field.ErrorList {
	w, given := s.wish(contract.AnnotationClone)
	if !given || !d.settings.clones() {
		return nil
	}
	order := d.settings.repositories
	configuration := sizeOf(gitConfig(order))
	each := map[runner]int{byKubelet: configuration + sizeOf(variablesOf(order, byKubelet)), byWrapper: configuration + sizeOf(variablesOf(order, byWrapper))}
	size := 0
	for _, c := range s.containers() {
		if d.shares(c.Name) {
			size += each[d.runner(c.Container)]
		}
	}
	if size <= maxTold {
		return nil
	}
	return field.ErrorList{field.Invalid(w.path(), field.OmitValueType{}, fmt.Sprintf("what the containers are told about repositories takes "+
		"%d bytes, but may take at most %d; have fewer of them, in fewer steps, or shorter paths", size, maxTold))}
}

// sizeOf counts names and values, and what is written around them.
func sizeOf(env []corev1.EnvVar) int {
	const around = len(`{"name":"","value":""},`)
	size := 0
	for _, e := range env {
		size += len(e.Name) + len(e.Value) + around
	}
	return size
}
