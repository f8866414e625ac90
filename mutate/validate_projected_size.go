package mutate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// maxProjectedMounts bounds the mounts of directories in all containers together, in bytes: 16 paths of up to 2,000 bytes in 250 containers would be
// 8 MB, and the API server's store takes 1.5 MiB, its notes on who wrote what included, in which each path stands again. A hundred steps that see 16
// directories with paths of a hundred bytes fit.
const maxProjectedMounts = 256 << 10

// checkProjectedSize: the mounts fit into the Pod.
func checkProjectedSize(s subject, d decision) field.ErrorList {
	size := 0
	for c := range s.everyContainer() {
		for _, m := range d.projectedMounts(c.Name) {
			size += len(m.Name) + len(m.MountPath) + len(`{"name":"","readOnly":true,"mountPath":""},`)
		}
	}
	if size <= maxProjectedMounts {
		return nil
	}
	w, _ := s.wish(contract.AnnotationProjected)
	return field.ErrorList{field.Invalid(w.path(), field.OmitValueType{}, fmt.Sprintf("the mounts of these directories in all containers take %d bytes, "+
		"but may take at most %d; have fewer directories, shorter paths, or fewer containers in for", size, maxProjectedMounts))}
}
