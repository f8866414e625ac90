package voice

import "time"

// span is the time from the first start to the last end of some steps. Where one of them is not known it is left out.
type span struct{ from, to time.Time }

func spanOf(steps []step) span {
	var whole span
	for _, s := range steps {
		if s.started.IsZero() {
			continue
		}
		if whole.from.IsZero() || s.started.Before(whole.from) {
			whole.from = s.started
		}
		if s.finished.After(whole.to) {
			whole.to = s.finished
		}
	}
	return whole
}

// took is false where one does not know.
func (s span) took() (time.Duration, bool) {
	if s.from.IsZero() || s.to.Before(s.from) {
		return 0, false
	}
	return s.to.Sub(s.from), true
}
