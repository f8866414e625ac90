package mutate

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// drawOrder gives steps each of which waits for some of those before it, with everything that it waits for through others.
func drawOrder(random *rand.Rand, steps int) []set {
	direct := make([]set, steps)
	density := random.IntN(4)
	for i := range direct {
		for j := range i {
			if random.IntN(4) < density {
				direct[i].add(j)
			}
		}
	}
	return newGraph(direct).all
}

func drawWeights(random *rand.Rand, steps int) []weight {
	weights := make([]weight, steps)
	for i := range weights {
		weights[i] = weight{amount: random.Int64N(5)} // small, so that many sets weigh the same
		if weights[i].amount > 0 {
			weights[i].rank = random.Int64N(3)
		}
	}
	return weights
}

func weigh(weights []weight, of set) weight {
	var sum weight
	for i := range of.members() {
		sum = sum.plus(weights[i])
	}
	return sum
}

func isAntichain(all []set, of set) bool {
	for i := range of.members() {
		if all[i].both(of) != (set{}) {
			return false
		}
	}
	return true
}

// heaviestByTrying tries every set of steps.
func heaviestByTrying(weights []weight, all []set) weight {
	var most weight
	for bits := range uint64(1) << len(weights) {
		if tried := (set{bits}); isAntichain(all, tried) {
			if found := weigh(weights, tried); found.compare(most) > 0 {
				most = found
			}
		}
	}
	return most
}

func FuzzTheHeaviestSetIsFound(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed, uint8(seed%10))
	}
	f.Fuzz(func(t *testing.T, seed uint64, steps uint8) {
		random := rand.New(rand.NewPCG(seed, 1))
		all := drawOrder(random, int(steps%12))
		weights := drawWeights(random, len(all))
		before := slices.Clone(weights)
		got := heaviest(weights, all)
		require.Equal(t, before, weights, "the weights were changed")
		require.True(t, isAntichain(all, got), "%v: some of %v wait for each other", all, got)
		require.Equal(t, heaviestByTrying(weights, all), weigh(weights, got), "%v with %v", all, weights)

		for i := range weights {
			if !got.has(i) {
				weights[i].amount = random.Int64N(weights[i].amount + 1)
				if weights[i].amount == 0 {
					weights[i].rank = 0
				}
			}
		}
		require.Equal(t, got, heaviest(weights, all), "with less weight on the others it is another set")
	})
}

func TestTheFirstOfEquallyHeavySetsIsTaken(t *testing.T) {
	inARow := newGraph([]set{{}, {1}, {2}}).all
	for _, tc := range []struct {
		name    string
		weights []weight
		want    set
	}{
		{"all the same", []weight{{2, 0}, {2, 0}, {2, 0}}, set{1}},
		{"the last is the heaviest", []weight{{1, 0}, {2, 0}, {3, 0}}, set{4}},
		{"the second has the greatest rank", []weight{{2, 1}, {2, 3}, {1, 9}}, set{2}},
		{"nothing weighs anything", []weight{{}, {}, {}}, set{}},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, heaviest(tc.weights, inARow)) })
	}
}

// mostSteps is as much as there can be, in many stages side by side.
func mostSteps() (weights []weight, all []set) {
	random := rand.New(rand.NewPCG(7, 7))
	direct := make([]set, contract.MaxSteps)
	for i := range direct {
		for j := range i {
			if random.IntN(20) == 0 {
				direct[i].add(j)
			}
		}
		weights = append(weights, weight{1 + random.Int64N(maxAmount), int64(i)})
	}
	return weights, newGraph(direct).all
}

func BenchmarkHeaviest(b *testing.B) {
	weights, all := mostSteps()
	for b.Loop() {
		heaviest(weights, all)
	}
}
