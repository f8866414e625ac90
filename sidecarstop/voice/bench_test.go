package voice_test

import "testing"

// BenchmarkTell is about a finished Pod of three steps and a sidecar, which is looked at most often.
func BenchmarkTell(b *testing.B) {
	pod := makePod(aStep("a", completed("a")), aStep("b", completed("b")), aStep("c", completed("c")), aSidecar("proxy", running(true)))
	for b.Loop() {
		tell(pod)
	}
}
