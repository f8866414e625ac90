package mutate

import (
	"fmt"
	"strings"

	"orderly.dev/mutate/contract"
)

// tokenDirInRun is where the API token is mounted in images whose /var/run is a link to /run, as most have it.
var tokenDirInRun = strings.TrimPrefix(tokenDir, "/var")

// noticeProjectedToken: a directory around that place is read-only. The kubelet makes a directory in it for what is mounted inside, but goes by the
// paths as they are written, so it makes none for the token, and the container does not start (github.com/kubernetes/kubernetes/issues/65835). What an
// image links is not known here, so it is not denied.
func noticeProjectedToken(s subject, d decision) []string {
	var warnings []string
	for _, p := range d.projected {
		if overlap(p.path, tokenDirInRun) && mountsToken(s.spec) {
			warnings = append(warnings, fmt.Sprintf("%s: where an image links /var/run to /run, a container with %s cannot start, because the API token goes "+
				"there; choose a path such as /run/secrets/mine, or set automountServiceAccountToken: false", contract.AnnotationProjected, cut(p.path, maxValue)))
		}
	}
	return warnings
}
