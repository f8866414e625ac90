package mutate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// The long form of a step, a mapping in place of the name, anywhere in the list and in stages:
//
//	{name: publish, after: [unit], runIf: success, timeout: 10m, retries: 2, onError: fail}

// longForm is what a step says beside its name. The zero value is what the short form means.
type longForm struct {
	// after are the steps that it waits for instead of every entry above; it counts where afterGiven is true.
	after      []reference
	afterGiven bool
	// runIf says whether it runs, given how those ended; runIfPlace is where that stands.
	runIf      contract.RunIf
	runIfPlace position
	// timeout bounds each attempt; 0 is no bound.
	timeout time.Duration
	// retries is how often a failed command is started again in place.
	retries int
	// onError says what becomes of its own failure.
	onError contract.OnError
}

// runsOnSuccess reports whether the step runs only where everything before it went well.
func (f longForm) runsOnSuccess() bool { return f.runIf == "" || f.runIf == contract.RunOnSuccess }

func (f longForm) afterNames() []string {
	names := make([]string, len(f.after))
	for i, other := range f.after {
		names[i] = other.name
	}
	return names
}

// maxRetries bounds retries. With pauses that grow to a minute, 100 of them take an hour and a half, and who wants more than that
// wants another Pod.
const maxRetries = 100

// longFormKeys are the keys of a mapping, in the order of the documentation.
var longFormKeys = []string{"name", "after", "runIf", "timeout", "retries", "onError"}

// longForm reads a mapping. A mapping without a name that can be read is no mention, but all else in it is judged.
func (r *stepsReader) longForm(node *yaml.Node, at position) []mention {
	m := mention{reference: reference{place: at}}
	seen := map[string]position{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		place := r.within(at, key)
		if key.Kind != yaml.ScalarNode || !isPlain(key) {
			r.invalid(place, "the keys of a step are words; "+longFormHint)
			continue
		}
		if before, twice := seen[key.Value]; twice {
			r.bad(key.Value, place, fmt.Sprintf("the key stands at %v already; remove one of them", before))
			continue
		}
		seen[key.Value] = place
		r.longFormKey(&m, longFormValue{of: key.Value, node: value, key: place, place: r.within(at, value)})
	}
	if _, named := seen["name"]; !named {
		r.invalid(at, "the long form of a step needs its name; "+longFormHint)
	}
	if m.name == "" {
		return nil
	}
	return []mention{m}
}

const longFormHint = "write {name: unit, timeout: 5m}, with any of the keys name, after, runIf, timeout, retries and onError"

// longFormValue is what stands behind a key.
type longFormValue struct {
	// of is the key, as messages call it.
	of   string
	node *yaml.Node
	// key and place are the places of the key and of the value itself.
	key, place position
}

func (r *stepsReader) longFormKey(m *mention, value longFormValue) {
	switch key := value.of; key {
	case "name":
		if text, ok := r.scalar(value); ok {
			m.name, m.place = text, value.place
		}
	case "after":
		m.form.after = r.after(value)
		m.form.afterGiven = true
	case "runIf":
		m.form.runIfPlace = value.place
		readChoice(r, value, &m.form.runIf, contract.RunOnSuccess, contract.RunOnFailure, contract.RunAlways)
	case "timeout":
		m.form.timeout = r.timeout(value)
	case "retries":
		m.form.retries = r.retries(value)
	case "onError":
		readChoice(r, value, &m.form.onError, contract.ErrorFails, contract.ErrorContinues)
	default:
		r.bad(key, value.key, "a step has no such key"+r.keyMeant(key)+"; "+longFormHint)
	}
}

// foreignKeys are the words of other tools for the same.
var foreignKeys = map[string]string{
	"runAfter": "after", "dependsOn": "after", "depends_on": "after", "needs": "after",
	"when": "runIf", "if": "runIf", "condition": "runIf", "timeoutSeconds": "timeout", "backoffLimit": "retries",
	"continueOnError": "onError", "continue-on-error": "onError", "allow_failure": "onError",
}

// keyMeant proposes the key that was meant.
func (r *stepsReader) keyMeant(key string) string {
	if meant, known := foreignKeys[key]; known {
		return fmt.Sprintf(" (did you mean %q?)", meant)
	}
	return nearestOf(r.errs, key, longFormKeys)
}

// scalar reads a value that is one text. YAML's opinion on it (a number, true, null) does not count, only how it is written.
func (r *stepsReader) scalar(value longFormValue) (string, bool) {
	switch {
	case !r.plain(value.node, value.place):
	case value.node.Kind != yaml.ScalarNode:
		r.invalid(value.place, value.of+" is one word, not a list or a mapping; "+longFormHint)
	case value.node.Value == "":
		r.invalid(value.place, value.of+" is empty; give it a value, or remove it")
	default:
		return value.node.Value, true
	}
	return "", false
}

// after reads a list of names. What the names mean is judged when all steps are known.
func (r *stepsReader) after(value longFormValue) []reference {
	switch {
	case !r.plain(value.node, value.place):
		return nil
	case value.node.Kind == yaml.ScalarNode && value.node.Value != "":
		r.bad(value.node.Value, value.place, "after is a list; write after: ["+cut(value.node.Value, maxValue)+"], or after: [] to wait for none")
		return nil
	case value.node.Kind != yaml.SequenceNode:
		r.invalid(value.place, "after is a list of steps; write after: [fetch, build], or after: [] to wait for none")
		return nil
	case len(value.node.Content) > contract.MaxSteps:
		r.invalid(value.place, fmt.Sprintf("after has %d names, but there are at most %d steps; name each once",
			len(value.node.Content), contract.MaxSteps))
		return nil
	}
	var names []reference
	for _, node := range value.node.Content {
		element := longFormValue{of: "a name in after", node: node, place: r.within(value.place, node)}
		if text, ok := r.scalar(element); ok {
			names = append(names, reference{name: text, place: element.place})
		}
	}
	return names
}

func (r *stepsReader) timeout(value longFormValue) time.Duration {
	text, ok := r.scalar(value)
	if !ok {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		r.bad(text, value.place, "timeout is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m")
		return 0
	}
	return d
}

func (r *stepsReader) retries(value longFormValue) int {
	text, ok := r.scalar(value)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxRetries {
		r.bad(text, value.place, fmt.Sprintf("retries is not a whole number from 0 to %d; write how often a failed command is started again", maxRetries))
		return 0
	}
	return n
}

// readChoice reads one of a few words.
func readChoice[T ~string](r *stepsReader, value longFormValue, into *T, words ...T) {
	text, ok := r.scalar(value)
	if !ok {
		return
	}
	if slices.Contains(words, T(text)) {
		*into = T(text)
		return
	}
	choices := make([]string, len(words))
	for i, word := range words {
		choices[i] = string(word)
	}
	r.bad(text, value.place, value.of+" is none of "+strings.Join(choices, ", ")+nearestOf(r.errs, text, choices)+"; "+choices[0]+" is the default")
}

// bad reports a value with its place.
func (r *stepsReader) bad(value string, at position, detail string) {
	r.errs = append(r.errs, field.Invalid(r.path, value, at.String()+": "+detail))
}

// within is the place of a node inside the item at a place.
func (r *stepsReader) within(at position, node *yaml.Node) position {
	p := r.position(node, at.item)
	p.element = at.element
	return p
}
