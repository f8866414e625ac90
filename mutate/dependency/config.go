package dependency

import (
	"fmt"
	"slices"
	"strings"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/config: configuration files that a container's wrapper makes of templates before the command starts.
//
//	- {from: /configmaps/nova.conf/nova.conf, to: /etc/nova/nova.conf, for: [nova], interface: eth0}

// ConfigFile is one such file. It is only made by [ParseConfig] and [ParseKubernetesEntrypoint].
type ConfigFile struct {
	template contract.Template
	waiters  []Reference
	place    annotation.Position
}

// Template is what the wrapper is told.
func (f ConfigFile) Template() contract.Template { return f.template }

// Containers are those that get the file, at least one, each once.
func (f ConfigFile) Containers() []Reference { return slices.Clone(f.waiters) }

// Place is where the file stands in the annotation.
func (f ConfigFile) Place() annotation.Position { return f.place }

const (
	keyFrom      = "from"
	keyTo        = "to"
	keyInterface = "interface"
)

const configHint = "write {from: /configmaps/nova.conf/nova.conf, to: /etc/nova/nova.conf, for: [nova], interface: eth0}"

// ParseConfig reads the annotation orderly.dev/config. It reports everything that is wrong; what it returns beside problems are the files
// that are right by themselves.
func ParseConfig(text string) ([]ConfigFile, []annotation.Problem) {
	list, err := annotation.DecodeList(text, maxBytes)
	switch {
	case err != nil:
		return nil, []annotation.Problem{{Detail: fmt.Sprintf("%v; write a list of files: %s", err, strings.TrimPrefix(configHint, "write "))}}
	case len(list.Content) == 0:
		return nil, []annotation.Problem{{Detail: "the list is empty; " + configHint + ", or remove the annotation"}}
	case len(list.Content) > MaxEntries:
		return nil, []annotation.Problem{{Detail: fmt.Sprintf("%d files, but at most %d can be made", len(list.Content), MaxEntries)}}
	}
	var r configReader
	for i, node := range list.Content {
		place := annotation.Position{Item: i + 1}.At(node)
		r.read(annotation.Value{Key: "the entry", Node: node, KeyPlace: place, Place: place, Hint: configHint})
	}
	return r.files, r.Problems()
}

// configReader reads files and collects their problems.
type configReader struct {
	entryReader
	files []ConfigFile
}

func (r *configReader) read(v annotation.Value) {
	before := len(r.Problems())
	f := ConfigFile{place: v.Place}
	given := map[string]bool{}
	isMapping := r.Mapping(v, annotation.Form{Name: "a file", Keys: []string{keyFrom, keyTo, keyFor, keyInterface}, Read: func(value annotation.Value) {
		given[value.Key] = true
		r.key(&f, value)
	}})
	if !isMapping {
		return
	}
	for _, key := range []string{keyFrom, keyTo, keyFor} {
		if !given[key] {
			r.Refuse(v.Place, key+" is missing; "+configHint)
		}
	}
	if len(r.Problems()) == before {
		r.add(f)
	}
}

func (r *configReader) key(f *ConfigFile, v annotation.Value) {
	switch v.Key {
	case keyFrom:
		f.template.Source = r.path(v)
	case keyTo:
		f.template.Destination = r.path(v)
	case keyFor:
		f.waiters = r.waiters(v)
	case keyInterface:
		text, ok := r.Text(v)
		if ok && !isInterface(text) {
			r.RefuseValue(v.Place, text, "not the name of a network interface such as eth0")
		}
		f.template.Interface = text
	}
}

// maxInterface is the longest name that Linux gives a network interface (IFNAMSIZ, less its end).
const maxInterface = 15

func isInterface(text string) bool {
	return len(text) <= maxInterface && isPrintable(text) && !strings.ContainsAny(text, " :/@=,")
}

// add keeps a file that is right by itself, if the wrapper takes it, and if no other file of a container is made at the same place.
func (r *configReader) add(f ConfigFile) {
	if detail := badTemplate(f.template); detail != "" {
		r.Refuse(f.place, detail)
		return
	}
	for _, before := range r.files {
		for _, waiter := range f.waiters {
			if before.template.Destination == f.template.Destination && annotation.Names(before.waiters, waiter.Name) {
				r.RefuseValue(f.place, f.template.Destination,
					fmt.Sprintf("the file is made for %s at %v already; remove one of them", waiter.Name, before.place))
				return
			}
		}
	}
	r.files = append(r.files, f)
}

// badTemplate says why the wrapper cannot be told to make the file.
func badTemplate(t contract.Template) string {
	switch {
	case t.Source == t.Destination:
		return "from and to are the same file; a template cannot be replaced by what is made of it"
	case t.Destination == contract.Root || strings.HasPrefix(t.Destination, contract.Root+"/"):
		return contract.Root + " is reserved; make the file elsewhere"
	}
	options, problems := contract.ParseOptions([]string{"-template", t.String(), "-entrypoint", "true"})
	if len(problems) > 0 || !slices.Equal(options.Templates, []contract.Template{t}) {
		return "paths of templates cannot have commas, equals signs and at signs; rename the file"
	}
	return ""
}
