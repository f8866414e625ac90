package watch

import (
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Bounds of what is kept, in bytes as they are on the wire. In memory objects take about two to three times as much.
const (
	// MaxBytes bounds the objects of one watch: room for the Pods of a DaemonSet on 20,000 nodes, or for the largest object that etcd takes (1.5 MiB).
	MaxBytes = 8 << 20
	// MaxTotalBytes bounds those of all watches together. When it is reached, only watches that stay small can grow.
	MaxTotalBytes = 48 << 20
)

// smallBytes is how large a watch may be in any case: most are one object. It must be so little that all of [MaxWatches] can have it.
const smallBytes = 8 << 10

// overflow is an error about too many bytes, and its text the obstacle.
type overflow string

func (o overflow) Error() string { return string(o) }

const (
	tooMuchOfIt overflow = "these are more objects than the companion keeps: wait for fewer, by a name or by more labels"
	tooMuch     overflow = "the companion keeps as many objects as it can: this one comes when others are done"
)

// ledger counts the bytes of one watch.
type ledger struct {
	// total is that of all watches.
	total *atomic.Int64
	own   int
}

func (l *ledger) add(object metav1.Object)    { l.change(sizeOf(object)) }
func (l *ledger) remove(object metav1.Object) { l.change(-sizeOf(object)) }
func (l *ledger) clear()                      { l.change(-l.own) }

func (l *ledger) change(bytes int) {
	l.own += bytes
	l.total.Add(int64(bytes))
}

// check is an error when the watch must not keep what it has.
func (l *ledger) check() error {
	switch {
	case l.own > MaxBytes:
		return tooMuchOfIt
	case l.own > smallBytes && l.total.Load() > MaxTotalBytes:
		return tooMuch
	default:
		return nil
	}
}

// sizeOf is about how many bytes an object has on the wire.
func sizeOf(object metav1.Object) int {
	switch typed := object.(type) {
	case interface{ Size() int }:
		return typed.Size()
	case *unstructured.Unstructured:
		return sizeOfValue(typed.Object)
	default:
		return 0
	}
}

// sizeOfNumber is also that of a boolean, and of the marks around any value.
const sizeOfNumber = 8

func sizeOfValue(value any) int {
	size := sizeOfNumber
	switch typed := value.(type) {
	case string:
		size += len(typed)
	case []any:
		for _, element := range typed {
			size += sizeOfValue(element)
		}
	case map[string]any:
		for key, element := range typed {
			size += len(key) + sizeOfValue(element)
		}
	}
	return size
}
