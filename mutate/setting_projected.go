package mutate

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/projected: many ConfigMaps and Secrets, one directory.
//
//	- path: /props
//	  sources:
//	  - configMap: workflow-props
//	  - {configMap: task-props, optional: true, items: {brownies: recipe.txt}}
//	  - secret: credentials
//	  - downward: {labels: metadata.labels}
//	  - token: {audience: vault, expirationSeconds: 3600}
//	  mode: "0444"
//	  for: [build]
//
// Each entry becomes one projected volume, with its sources in the same order. The kubelet collects them in that order into one set of files, so
// of two sources with the same key the later one wins (kubernetes/pkg/volume/projected, collectData); it writes that set anew, all at once, when
// one of them changes. What is not there and not optional keeps the Pod from starting, and the kubelet says so in an Event.
//
// An entry is judged here as far as it can be by itself; against the Pod it is judged in validate_projected_*.go.

const (
	// maxProjected bounds the entries of a Pod: each is a volume, and a mount of many containers.
	maxProjected = 16
	// maxProjectedSources bounds the sources of an entry: the kubelet watches each.
	maxProjectedSources = 100
	// maxProjectedBytes bounds the annotation. 100 sources with eight items of usual length need 40,000 bytes.
	maxProjectedBytes = 64_000
)

// projection is one entry. What is wrong with it is left at its zero value.
type projection struct {
	place annotation.Position
	// path is where the directory is mounted; empty where it is wrong.
	path string
	// sources in their order.
	sources []projectedSource
	// mode is that of the files.
	mode int32
	// named are the containers that see the directory. Nil is every step, and every regular container of a Pod without steps.
	named []annotation.Reference
}

// projectedSource is one source of an entry, as the API has it.
type projectedSource struct {
	corev1.VolumeProjection
	place annotation.Position
	// text is what messages call it, such as "configMap workflow-props".
	text string
	// files are those whose paths are written down. What a whole ConfigMap or Secret brings is not known here: its keys are files of the directory
	// itself, and the last source that has one wins.
	files []projectedFile
}

// projectedFile is a path in the directory, and where it stands.
type projectedFile struct {
	path  string
	place annotation.Position
}

const (
	keyPath    = "path"
	keySources = "sources"
	keyMode    = "mode"
	keyFor     = "for"
)

const projectedHint = `write {path: /props, sources: [{configMap: props}], mode: "0444", for: [build]}`

// projectedHints show how to write what stands behind each key.
var projectedHints = map[string]string{
	keyPath:    "write path: /props",
	keySources: "write sources: [{configMap: props}, {secret: credentials}]",
	keyMode:    `write mode: "0444"`,
	keyFor:     "write for: [NAME], with the containers that see the directory",
}

var projectedForm = annotation.Form{Name: "an entry", Keys: []string{keyPath, keySources, keyMode, keyFor}, Foreign: map[string]string{
	"mountPath": keyPath, "dir": keyPath, "directory": keyPath, "source": keySources, "defaultMode": keyMode, "containers": keyFor, "steps": keyFor,
}}

// readProjected reads the directories that are put together for the containers of a Pod.
func readProjected(s subject, into *settings) field.ErrorList {
	w, given := s.wish(contract.AnnotationProjected)
	if !given {
		return nil
	}
	list, err := annotation.DecodeList(w.text, maxProjectedBytes)
	switch {
	case err != nil:
		return w.refused(annotation.Problem{Detail: fmt.Sprintf("%v; write a list of directories: [%s]", err, strings.TrimPrefix(projectedHint, "write "))})
	case len(list.Content) == 0:
		return w.refused(annotation.Problem{Detail: "the list is empty; " + projectedHint + ", or remove the annotation"})
	case len(list.Content) > maxProjected:
		return w.refused(annotation.Problem{Detail: fmt.Sprintf("%d directories, but a Pod can have at most %d; put those together that the same containers see",
			len(list.Content), maxProjected)})
	}
	var r projectedReader
	for i, node := range list.Content {
		place := annotation.Position{Item: i + 1}.At(node)
		into.projected = append(into.projected, r.read(annotation.Value{Key: "the entry", Node: node, KeyPlace: place, Place: place, Hint: projectedHint}))
	}
	return w.refused(r.Problems()...)
}

// projectedReader reads entries and collects their problems.
type projectedReader struct{ annotation.Reader }

func (r *projectedReader) read(v annotation.Value) projection {
	p := projection{place: v.Place, mode: corev1.ProjectedVolumeSourceDefaultMode}
	given := map[string]bool{}
	form := projectedForm
	form.Read = func(value annotation.Value) {
		given[value.Key] = true
		value.Hint = projectedHints[value.Key]
		r.key(&p, value)
	}
	if !r.Mapping(v, form) {
		return p
	}
	for _, key := range []string{keyPath, keySources} {
		if !given[key] {
			r.Refuse(v.Place, key+" is missing; "+projectedHint)
		}
	}
	r.judgeFiles(p)
	return p
}

func (r *projectedReader) key(p *projection, v annotation.Value) {
	switch v.Key {
	case keyPath:
		p.place = v.Place
		p.path = r.directory(v)
	case keySources:
		p.sources = r.sources(v)
	case keyMode:
		if text, ok := r.Text(v); ok {
			p.mode = r.mode(v, text)
		}
	case keyFor:
		p.named = slices.Concat([]annotation.Reference{}, r.ContainerNames(v)) // not nil, also where all names are wrong
	}
}
