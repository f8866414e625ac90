package mutate

import (
	"fmt"

	"orderly.dev/mutate/contract"
)

// noticeProjectedTwice: a ConfigMap or Secret that a directory has whole twice does nothing at its first place, because the last one wins. That what
// one source brings is hidden by another one with the same key cannot be seen here, and is what later sources are for.
func noticeProjectedTwice(_ subject, d decision) []string {
	var warnings []string
	for _, p := range d.settings.projected {
		last := map[string]projectedSource{}
		for _, source := range p.sources {
			if !source.isWhole() {
				continue
			}
			if before, twice := last[source.text]; twice {
				warnings = append(warnings, fmt.Sprintf("%s: in %s, %s at %v does nothing, because it stands at %v again, and the later one wins",
					contract.AnnotationProjected, cut(p.path, maxValue), cut(source.text, maxValue), before.place, source.place))
			}
			last[source.text] = source
		}
	}
	return warnings
}

// isWhole reports whether every key of a ConfigMap or a Secret becomes a file.
func (s projectedSource) isWhole() bool {
	return s.ConfigMap != nil && len(s.ConfigMap.Items) == 0 || s.Secret != nil && len(s.Secret.Items) == 0
}
