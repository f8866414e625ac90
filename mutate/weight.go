package mutate

import "cmp"

// weight is what counts for a step. Where two sets of steps have the same amount, the one with the greater rank is the heavier. The rank
// follows from the names of the steps, so that the choice does not depend on their order, which others may change where
// the order of the containers is that of the steps.
type weight struct{ amount, rank int64 }

func (w weight) isSome() bool { return w.compare(weight{}) > 0 }

func (w weight) compare(other weight) int {
	return cmp.Or(cmp.Compare(w.amount, other.amount), cmp.Compare(w.rank, other.rank))
}

func (w weight) plus(other weight) weight {
	return weight{w.amount + other.amount, w.rank + other.rank}
}

func (w weight) minus(other weight) weight {
	return weight{w.amount - other.amount, w.rank - other.rank}
}

func lighter(a, b weight) weight {
	if a.compare(b) <= 0 {
		return a
	}
	return b
}
