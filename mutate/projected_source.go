package mutate

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"orderly.dev/mutate/annotation"
)

// A source is a mapping: one key says what it is, the others say more about it.

const (
	sourceConfigMap = "configMap"
	sourceSecret    = "secret"
	sourceDownward  = "downward"
	sourceToken     = "token"
	keyOptional     = "optional"
	keyItems        = "items"
)

// sourceKinds are the keys that say what a source is, in the order of the documentation.
var sourceKinds = []string{sourceConfigMap, sourceSecret, sourceDownward, sourceToken}

const sourceHint = "write {configMap: NAME}, {secret: NAME}, {downward: {labels: metadata.labels}} or {token: {audience: vault}}"

// sourceHints show how to write what stands behind each key.
var sourceHints = map[string]string{
	sourceConfigMap: "write configMap: NAME",
	sourceSecret:    "write secret: NAME",
	sourceDownward:  "write downward: {FILE: FIELD}, such as downward: {labels: metadata.labels}",
	sourceToken:     tokenHint,
	keyOptional:     "write optional: true",
	keyItems:        "write items: {KEY: FILE}, such as items: {brownies: recipe.txt}",
}

// sourceForm also knows the words of the API and its like for the same.
var sourceForm = annotation.Form{
	Name: "a source", Keys: slices.Concat(sourceKinds, []string{keyOptional, keyItems}),
	Foreign: map[string]string{
		"configmap": sourceConfigMap, "config_map": sourceConfigMap, "config-map": sourceConfigMap, "cm": sourceConfigMap, "configMapRef": sourceConfigMap,
		"configMapName": sourceConfigMap, "secretName": sourceSecret, "secretRef": sourceSecret, "downwardAPI": sourceDownward, "downwardApi": sourceDownward,
		"downward_api": sourceDownward, "fieldRef": sourceDownward, "serviceAccountToken": sourceToken, "serviceaccounttoken": sourceToken,
		"service_account_token": sourceToken, "keys": keyItems, "files": keyItems,
	},
}

// sources reads the list of an entry. What is wrong is left out.
func (r *projectedReader) sources(v annotation.Value) []projectedSource {
	items := r.Items(v)
	if len(items) > maxProjectedSources {
		r.Refuse(v.Place, fmt.Sprintf("%d sources, but a directory can have at most %d", len(items), maxProjectedSources))
		return nil
	}
	var sources []projectedSource
	for i, item := range items {
		item.Key, item.Hint, item.Place.Element = "a source", sourceHint, i+1
		if source, ok := r.source(item); ok {
			sources = append(sources, source)
		}
	}
	return sources
}

// source reads one source, and reports whether nothing in it is wrong.
func (r *projectedReader) source(v annotation.Value) (projectedSource, bool) {
	before := len(r.Problems())
	given := map[string]annotation.Value{}
	var kinds []annotation.Value
	form := sourceForm
	form.Read = func(value annotation.Value) {
		value.Hint = sourceHints[value.Key]
		given[value.Key] = value
		if slices.Contains(sourceKinds, value.Key) {
			kinds = append(kinds, value)
		}
	}
	switch isMapping := r.Mapping(v, form); {
	case !isMapping, len(r.Problems()) > before:
		return projectedSource{}, false
	case len(kinds) == 0:
		r.Refuse(v.Place, "the source does not say what it is; "+sourceHint)
		return projectedSource{}, false
	case len(kinds) > 1:
		r.RefuseValue(kinds[1].KeyPlace, kinds[1].Key, fmt.Sprintf("a source is one thing, and this one is a %s at %v already; write a source for each",
			kinds[0].Key, kinds[0].KeyPlace))
		return projectedSource{}, false
	}
	source := r.ofKind(kinds[0], given)
	source.place = v.Place
	return source, len(r.Problems()) == before
}

func (r *projectedReader) ofKind(v annotation.Value, given map[string]annotation.Value) projectedSource {
	switch v.Key {
	case sourceDownward, sourceToken:
		for _, key := range []string{keyOptional, keyItems} {
			if value, there := given[key]; there {
				r.RefuseValue(value.KeyPlace, key, fmt.Sprintf("%s has no %s, which only configMap and secret have; remove it", v.Key, key))
			}
		}
		if v.Key == sourceDownward {
			return r.downward(v)
		}
		return r.token(v)
	}
	return r.object(v, given)
}

// object reads a ConfigMap or a Secret.
func (r *projectedReader) object(v annotation.Value, given map[string]annotation.Value) projectedSource {
	name, ok := r.Text(v)
	if reasons := content.IsDNS1123Subdomain(name); ok && len(reasons) > 0 {
		r.RefuseValue(v.Place, name, "not the name of a "+v.Key+": up to 253 small letters, digits, dashes and dots, which begins and ends with a letter or digit")
	}
	var optional *bool
	if value, there := given[keyOptional]; there && r.Switch(value) {
		optional = new(true)
	}
	source := projectedSource{text: v.Key + " " + name}
	var items []corev1.KeyToPath
	if value, there := given[keyItems]; there {
		items, source.files = r.items(value)
	}
	reference := corev1.LocalObjectReference{Name: name}
	if v.Key == sourceSecret {
		source.Secret = &corev1.SecretProjection{LocalObjectReference: reference, Items: items, Optional: optional}
	} else {
		source.ConfigMap = &corev1.ConfigMapProjection{LocalObjectReference: reference, Items: items, Optional: optional}
	}
	return source
}

// items reads which keys become files, and which. Other keys do not.
func (r *projectedReader) items(v annotation.Value) ([]corev1.KeyToPath, []projectedFile) {
	var items []corev1.KeyToPath
	var files []projectedFile
	for _, item := range r.Texts(v) {
		if len(validation.IsConfigMapKey(item.Key)) > 0 {
			r.RefuseValue(item.KeyPlace, item.Key, "not a key that ConfigMaps and Secrets can have: up to 253 letters, digits, dashes, underscores and dots; "+v.Hint)
		}
		if detail := badFile(item.Text); detail != "" {
			r.RefuseValue(item.Place, item.Text, detail)
		}
		items = append(items, corev1.KeyToPath{Key: item.Key, Path: item.Text})
		files = append(files, projectedFile{item.Text, item.Place})
	}
	return items, files
}
