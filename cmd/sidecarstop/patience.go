package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"orderly.dev/sidecarstop/ending"
)

// parsePatience reads what --patience says, reason by reason, and reports everything that is wrong.
func parsePatience(texts map[string]string) (map[string]time.Duration, []error) {
	var problems []error
	reasons := ending.GracedReasons()
	patience := map[string]time.Duration{}
	for _, reason := range slices.Sorted(maps.Keys(texts)) {
		if !slices.Contains(reasons, reason) {
			problems = append(problems, fmt.Errorf("--patience: %q is none of %s", reason, strings.Join(reasons, ", ")))
			continue
		}
		grace, err := time.ParseDuration(texts[reason])
		if err != nil || grace < 0 {
			problems = append(problems, fmt.Errorf("--patience: %q for %s is no duration such as 90s, 5m or 0s, which is at once", texts[reason], reason))
			continue
		}
		patience[reason] = grace
	}
	return patience, problems
}
