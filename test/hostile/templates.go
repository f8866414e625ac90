package hostile

import (
	"slices"
	"strconv"
	"strings"

	"orderly.dev/mutate/contract"
)

// template is an annotation as people write it. What stands between « and » is what a hostile text is put in the place of.
type template struct {
	form string
	// texts are those that are wrong at the place.
	texts func(canary string) []text
}

// with gives the annotation with a hostile text, in quotes.
func (t template) with(hostile text) text {
	before, rest, _ := strings.Cut(t.form, "«")
	_, behind, _ := strings.Cut(rest, "»")
	return text{t.form + " with " + hostile.name, before + strconv.Quote(hostile.value) + behind}
}

// right gives it as people write it.
func (t template) right() string { return strings.NewReplacer("«", "", "»", "").Replace(t.form) }

var templates = map[string][]template{
	contract.AnnotationSteps: forms(everywhere,
		"«fetch»", "fetch, «proxy», build", "fetch, [build, «proxy»]", "{name: «build»}", "fetch, {name: build, after: [«fetch»]}", "fetch, {name: build, runIf: «always»}",
		"fetch, {name: build, timeout: «5m»}", "fetch, {name: build, retries: «2»}", "fetch, {name: build, onError: «continue»}", "fetch, {name: build, «timeout»: 5m}"),
	contract.AnnotationWaitFor: forms(everywhere,
		"- «{service: a}»", "- service: «a»", "- {service: a, namespace: «b»}", "- job: «b:a»", "- job: {labels: {«a»: a}}", "- pod: {labels: {a: b}, sameNode: «true»}",
		"- daemonset: «a»", "- deployment: «a»", "- statefulset: «a»", "- resource: {apiVersion: «a.b/v1», kind: Foo, name: a}",
		"- resource: {apiVersion: a.b/v1, kind: «Foo», name: a}", "- resource: {apiVersion: a.b/v1, kind: Foo, name: «a»}",
		"- {resource: {apiVersion: a.b/v1, kind: Foo, name: a}, conditions: [{type: Ready, status: «'True'»}]}", "- {container: «proxy», for: [build]}",
		"- {socket: «/run/a.sock», for: [build]}", "- {file: «/a», for: [build]}", "- {file: /a, for: [«build»]}", "- tcp: «db.example:5432»", "- {service: a, timeout: «5m»}",
		"- {«service»: b}"),
	contract.AnnotationConfig: forms(everywhere,
		"- {from: «/a», to: /b, for: [build]}", "- {from: /a, to: «/b», for: [build]}", "- {from: /a, to: /b, for: [«build»]}",
		"- {from: /a, to: /b, for: [build], «interface»: c}"),
	contract.AnnotationClone: slices.Concat(forms(everywhere,
		"- url: «https://git.example/a»", "- {url: https://git.example/a, commit: «0123456789012345678901234567890123456789»}", "- {url: https://git.example/a, secret: «b»}", "- {url: https://git.example/a, depth: «2»}",
		"- {url: https://git.example/a, submodules: «true»}", "- {url: https://git.example/a, keepGit: «false»}", "- {url: https://git.example/a, «ref»: a}"),
		forms(asRef, "- {url: https://git.example/a, ref: «main»}", "- {url: https://git.example/a, branch: «main»}", "- {url: https://git.example/a, tag: «v1»}"),
		forms(inDirectory, "- {url: https://git.example/a, path: «b»}", "- {url: https://git.example/a, sparse: [docs, «tools»]}")),
	contract.AnnotationProjected: slices.Concat(forms(everywhere,
		"- {path: «/p», sources: [{configMap: a}]}", "- {path: /p, sources: [{configMap: «a»}]}", "- {path: /p, sources: [{secret: «a»}]}",
		"- {path: /p, sources: [{configMap: a, optional: «true»}]}", "- {path: /p, sources: [{secret: a, items: {«a»: b}}]}",
		"- {path: /p, sources: [{downward: {labels: «metadata.labels»}}]}", "- {path: /p, sources: [{token: {expirationSeconds: «3600»}}]}",
		"- {path: /p, sources: [{configMap: a}], mode: «'0440'»}", "- {path: /p, sources: [{configMap: a}], for: [«build»]}", "- {path: /p, sources: [«{configMap: a}»]}"),
		forms(inDirectory, "- {path: /p, sources: [{secret: a, items: {b: «c»}}]}", "- {path: /p, sources: [{token: {path: «c»}}]}")),
	contract.AnnotationResults:  forms(everywhere, "{«build»: [version]}", "{build: «[version]»}", "{build: [version, «digest»]}"),
	contract.AnnotationCommands: forms(everywhere, "{«build»: [make]}", "{build: «[make]»}"),
	contract.AnnotationCompat:   forms(everywhere, "«kubernetes-entrypoint»", "kubernetes-entrypoint, «git-events-runner»"),
}

// forms are templates for the same texts.
func forms(texts func(string) []text, list ...string) []template {
	made := make([]template, len(list))
	for i, form := range list {
		made[i] = template{form, texts}
	}
	return made
}

// everywhere are wrong as a name, an absolute path, an address, a number, a word and a key.
func everywhere(canary string) []text {
	return slices.Concat(commands(canary), outside, disguises)
}

// asRef are wrong as a branch or a tag. git knows such as "build;touch${IFS}x", which no shell reads on the way.
func asRef(canary string) []text {
	return slices.DeleteFunc(everywhere(canary), func(t text) bool { return strings.Contains(t.value, "${IFS}") })
}

// inDirectory are wrong as a path in a directory.
func inDirectory(string) []text {
	return []text{
		{"a path that leads outside", "../../etc/passwd"},
		{"an absolute path", "/etc/passwd"},
		{"a path that goes back", "a/../../b"},
		{"a path that goes nowhere", "a/./b"},
		{"two slashes", "a//b"},
		{"the directory above", ".."},
		{"a slash at its end", "a/"},
		{"nothing", ""},
		{"a zero byte", "a\x00/b"},
		{"a sequence that clears the screen", "a\x1b[2J"},
		{"text that runs from right to left", "\u202edliub"},
		{"a line's end", "a\nb"},
		{"a name that is too long", strings.Repeat("n", 256)},
		{"a path that is too long", strings.Repeat("n/", 2100) + "n"},
	}
}
