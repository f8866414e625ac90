package mutate

import (
	"fmt"

	"orderly.dev/mutate/contract"
)

// roomyResults is up to how many containers with results nothing is said.
const roomyResults = 12

// noticeResults: the results of a Pod share 12 KiB, so with many containers there is little room for each.
func noticeResults(_ subject, d decision) []string {
	count := len(d.settings.results.lists)
	if count <= roomyResults {
		return nil
	}
	return []string{fmt.Sprintf("%s: %d containers have results, and all termination messages of a Pod share %d bytes: keep the results short",
		contract.AnnotationResults, count, podMessageBytes)}
}
