package meter

// Bounds of histograms, in seconds. Both start at 1 ms, because that is what a gate costs at best and what one must be able to see.

// flips are for what the loop itself takes: about ten to the second power, up to where something is wrong.
func flips() []float64 {
	return []float64{0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10}
}

// waits are for what others take: from a sidecar that is ready at once to a queue of a day.
func waits() []float64 {
	return []float64{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400}
}
