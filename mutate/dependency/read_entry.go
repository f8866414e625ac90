package dependency

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/annotation"
)

// An entry is a mapping: one key says what is waited for, the others say more about it.

// entryReader reads entries and collects their problems.
type entryReader struct {
	annotation.Reader
	// literalKeys says that in the key of a field no character has a meaning but the dot.
	literalKeys bool
	entries     []Entry
}

// Keys of an entry beside the kinds.
const (
	keyNamespace  = "namespace"
	keyFor        = "for"
	keyTimeout    = "timeout"
	keyFields     = "fields"
	keyConditions = "conditions"
)

var entryKeys = append(kindNames(), keyNamespace, keyFor, keyTimeout, keyFields, keyConditions)

// foreignKeys are the words of kubectl and of other tools for the same.
var foreignKeys = map[string]string{
	"svc": string(Service), "ds": string(DaemonSet), "deploy": string(Deployment), "sts": string(StatefulSet), "po": string(Pod),
	"ns": keyNamespace, "timeoutSeconds": keyTimeout, "containers": keyFor,
}

func kindNames() []string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	return names
}

var entryHint = "write {service: mariadb, timeout: 5m}: one of " + strings.Join(kindNames(), ", ") +
	", and any of namespace, for, timeout, fields and conditions"

// keyHints show how to write what stands behind each key.
var keyHints = map[string]string{
	string(Service):     "write service: NAME, or service: NAMESPACE:NAME",
	string(Job):         jobHint,
	string(Pod):         podHint,
	string(DaemonSet):   "write daemonset: NAME, or daemonset: NAMESPACE:NAME",
	string(Deployment):  "write deployment: NAME, or deployment: NAMESPACE:NAME",
	string(StatefulSet): "write statefulset: NAME, or statefulset: NAMESPACE:NAME",
	string(Resource):    resourceHint,
	string(Container):   "write container: NAME",
	string(Socket):      "write socket: /PATH",
	string(File):        "write file: /PATH",
	string(TCP):         "write tcp: HOST:PORT",
	keyNamespace:        "write namespace: NAME",
	keyFor:              forHint,
	keyTimeout:          "write timeout: 5m",
	keyFields:           fieldsHint,
	keyConditions:       conditionsHint,
}

const forHint = "write for: [NAME], with the containers that wait"

// draft is an entry while it is read.
type draft struct {
	Entry
	// kindPlaces are the places of the keys that say what is waited for.
	kindPlaces []annotation.Position
	// namespaceKey, forKey, fieldsKey and conditionsKey are the places of those keys, zero where they are not there.
	namespaceKey, forKey, fieldsKey, conditionsKey annotation.Position
	// separate is the namespace of the key of that name; the one before a name is in the entry.
	separate string
}

// read reads one entry. It is kept when nothing in it is wrong.
func (r *entryReader) read(v annotation.Value) {
	before := len(r.Problems())
	d := draft{Entry: Entry{place: v.Place}}
	isMapping := r.Mapping(v, annotation.Form{Name: "an entry", Keys: entryKeys, Foreign: foreignKeys, Read: func(value annotation.Value) {
		r.key(&d, value)
	}})
	if !isMapping {
		return
	}
	r.contradictions(&d, v.Place)
	if len(r.Problems()) == before {
		r.add(d.Entry)
	}
}

func (r *entryReader) key(d *draft, v annotation.Value) {
	v.Hint = keyHints[v.Key]
	switch v.Key {
	case keyNamespace:
		d.namespaceKey = v.KeyPlace
		d.separate = r.namespace(v)
	case keyFor:
		d.forKey = v.KeyPlace
		d.waiters = r.waiters(v)
	case keyTimeout:
		d.timeout, _ = r.Duration(v)
	case keyFields:
		d.fieldsKey = v.KeyPlace
		d.fields = r.fields(v)
	case keyConditions:
		d.conditionsKey = v.KeyPlace
		d.conditions = r.conditions(v)
	default:
		d.kindPlaces = append(d.kindPlaces, v.KeyPlace)
		if len(d.kindPlaces) == 1 {
			d.kind, d.place = Kind(v.Key), v.Place
			r.target(d, v)
		}
	}
}

// target reads what stands behind the kind.
func (r *entryReader) target(d *draft, v annotation.Value) {
	switch d.kind {
	case Job:
		if v.Node.Kind == yaml.MappingNode {
			r.selector(d, v)
			return
		}
		r.object(d, v)
	case Pod:
		r.selector(d, v)
	case Resource:
		r.resource(d, v)
	case Container:
		d.target, _ = r.ContainerName(v)
	case Socket, File:
		d.target = r.path(v)
	case TCP:
		d.target = r.address(v)
	default:
		r.object(d, v)
	}
}

// contradictions judges what is right key by key.
func (r *entryReader) contradictions(d *draft, at annotation.Position) {
	switch {
	case len(d.kindPlaces) == 0:
		r.Refuse(at, "the entry does not say what is waited for; "+entryHint)
		return
	case len(d.kindPlaces) > 1:
		r.Refuse(d.kindPlaces[1], fmt.Sprintf("the entry waits for something at %v already; write an entry for each", d.kindPlaces[0]))
		return
	}
	r.namespaces(d)
	var none annotation.Position
	if d.kind != Resource && d.fieldsKey != none {
		r.Refuse(d.fieldsKey, fmt.Sprintf("fields are those of a resource, and this entry is a %s; remove them", d.kind))
	}
	if d.kind != Resource && d.conditionsKey != none {
		r.Refuse(d.conditionsKey, fmt.Sprintf("conditions are those of a resource, and this entry is a %s; remove them", d.kind))
	}
	if (d.kind == Socket || d.kind == File) && d.forKey == none {
		r.Refuse(d.place, fmt.Sprintf("a %s is looked for inside a container, so the entry must say in which; add for: [NAME]", d.kind))
	}
	if d.kind == Container && d.target != "" && d.Holds(d.target) {
		r.RefuseValue(d.place, d.target, "a container cannot wait for itself; remove it from for")
	}
}

// namespaces joins the two ways of naming one.
func (r *entryReader) namespaces(d *draft) {
	switch {
	case d.namespaceKey == annotation.Position{}:
	case d.kind.OfPod():
		r.Refuse(d.namespaceKey, fmt.Sprintf("a %s is this Pod's own, so it has no namespace; remove it", d.kind))
	case d.namespace != "":
		r.Refuse(d.namespaceKey, fmt.Sprintf("the namespace stands before the name at %v already; remove one of them", d.place))
	default:
		d.namespace = d.separate
	}
}

// waiters reads the containers that wait.
func (r *entryReader) waiters(v annotation.Value) []Reference {
	v.Hint = forHint
	return r.ContainerNames(v)
}
