package hostile

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"orderly.dev/mutate/contract"
)

// drawn is how many damaged values each annotation gets.
const drawn = 20

// seeds are values that are right, for every annotation that a Pod may have.
var seeds = map[string][]string{
	contract.AnnotationSteps: {"fetch, build", "fetch, [build, proxy]", "- fetch\n- {name: build, timeout: 5m, retries: 2}\n- proxy"},
	contract.AnnotationWaitFor: {"- service: mariadb\n- {job: migrate, timeout: 10m}\n- {pod: {labels: {app: cache}, sameNode: true}}",
		"- {socket: /run/a.sock, for: [build]}\n- {tcp: 'db.example:5432', for: [fetch]}"},
	contract.AnnotationConfig:       {"- {from: /configmaps/nova.conf, to: /etc/nova.conf, for: [build], interface: eth0}"},
	contract.AnnotationClone:        {"- url: https://git.example.com/team/app.git\n  ref: main\n  path: app\n  depth: 1\n  sparse: [docs, tools]"},
	contract.AnnotationProjected:    {"- path: /props\n  sources:\n  - configMap: workflow-props\n  - {secret: credentials, optional: true}\n  mode: '0444'\n  for: [build]"},
	contract.AnnotationResults:      {"{build: [version, digest], fetch: [commit]}"},
	contract.AnnotationCommands:     {"{build: [make, all]}"},
	contract.AnnotationCompat:       {"kubernetes-entrypoint", "kubernetes-entrypoint, git-events-runner"},
	contract.AnnotationWaitTimeout:  {"1h30m"},
	contract.AnnotationSidecarGrace: {"90s"},
	contract.AnnotationWorkspace:    {"/workspace"},
	contract.AnnotationEnvPrefix:    {"BUILD_"},
	contract.AnnotationHold:         {contract.HoldQueue},
	contract.AnnotationSSHHostKeys:  {"accept-new"},
	contract.AnnotationRequests:     {"max"},
	contract.AnnotationHome:         {"true"},
	contract.AnnotationSidecarStop:  {"native", "signal"},
	contract.AnnotationLogPrefix:    {"true"},
	contract.AnnotationFailFast:     {"false"},
	contract.AnnotationEvents:       {contract.EventsAll},
	contract.LabelInject:            {contract.InjectYes},
}

// forbidden are characters that YAML allows nowhere, and that no word, path, name or duration has.
var forbidden = []string{"\x00", "\x01", "\x07", "\x08", "\x0b", "\x1b", "\x7f", "\ufffe", "\uffff"}

// damage makes a value wrong that was right. The place is between two characters of it.
var damage = []struct {
	name string
	do   func(random *rand.Rand, value string, place int) string
}{
	{"with a forbidden character", func(random *rand.Rand, value string, place int) string {
		return value[:place] + forbidden[random.IntN(len(forbidden))] + value[place:]
	}},
	{"with an end of a list too much", func(_ *rand.Rand, value string, _ int) string { return value + "\n]" }},
	{"with an end of a mapping too much", func(_ *rand.Rand, value string, _ int) string { return value + "\n}" }},
	{"with an anchor before it", func(random *rand.Rand, value string, _ int) string {
		return fmt.Sprintf("&a%d\n%s", random.IntN(100), value)
	}},
	{"with a tag before it", func(random *rand.Rand, value string, _ int) string {
		return fmt.Sprintf("!t%d\n%s", random.IntN(100), value)
	}},
	{"with a second document behind it", func(random *rand.Rand, value string, _ int) string {
		return fmt.Sprintf("%s\n---\n- %d", value, random.IntN(100))
	}},
	{"again and again", func(random *rand.Rand, value string, _ int) string {
		return strings.Repeat(value+"\n", 70_000/(len(value)+1)+random.IntN(100))
	}},
}

// damaged draws from the seeds of an annotation. What is drawn depends on nothing but its name.
func damaged(key string) []text {
	values := seeds[key]
	if len(values) == 0 {
		return nil
	}
	sum := fnv.New64a()
	sum.Write([]byte(key))
	random := rand.New(rand.NewPCG(sum.Sum64(), 0)) //nolint:gosec // the cases are to be the same each time
	texts := make([]text, drawn)
	for i := range texts {
		value := values[random.IntN(len(values))]
		how := damage[i%len(damage)]
		texts[i] = text{fmt.Sprintf("a documented value %s (%d)", how.name, i), how.do(random, value, random.IntN(len(value)+1))}
	}
	return texts
}
