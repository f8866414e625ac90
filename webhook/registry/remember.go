package registry

import (
	"context"
	"errors"
	"time"
)

const (
	// pinLifetime is how long it is believed which digest a tag has, and that who asked may read the repository.
	pinLifetime = 5 * time.Minute
	// descriptionLifetime is for what never changes, because a digest stands for it: the memory ends before that.
	descriptionLifetime = 30 * 24 * time.Hour
	// absentLifetime is for what a registry says for certain: that there is no such image, or one of no use.
	absentLifetime = 30 * time.Second
	// unreachableLifetime keeps a registry that is in trouble, or busy, from being asked for each Pod of a Job.
	unreachableLifetime = 10 * time.Second
)

// reply is an answer or a failure.
type reply[T any] struct {
	answer T
	failed *failure
}

// sharing says who may share what: those for whom the key is the same.
type sharing struct{ answers, failures func(query) string }

// remember answers from memory where it can.
func remember[T any](next asker[T], memory *memory[reply[T]], by sharing, lifetime time.Duration) asker[T] {
	return func(ctx context.Context, q query) (T, error) {
		if known, found := memory.get(by.answers(q)); found && known.failed == nil {
			return known.answer, nil
		}
		if known, found := memory.get(by.failures(q)); found && known.failed != nil {
			return known.answer, known.failed
		}
		answer, err := next(ctx, q)
		if err == nil {
			memory.put(by.answers(q), reply[T]{answer: answer}, lifetime)
			return answer, nil
		}
		if failed, is := errors.AsType[*failure](err); is {
			memory.put(by.failures(q), reply[T]{failed: failed}, failed.lifetime())
		}
		return answer, err
	}
}

// lifetime is how long a failure is remembered. That credentials were refused never is: they may be right a moment later, when a Secret was
// corrected or a right was granted.
func (f *failure) lifetime() time.Duration {
	switch f.kind {
	case absent, broken:
		return absentLifetime
	case unreachable, busy:
		return unreachableLifetime
	case refused, unasked:
	}
	return 0
}
