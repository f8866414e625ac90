package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"orderly.dev/cmd/kubectl-orderly/manifest"
	"orderly.dev/cmd/kubectl-orderly/timeline"
)

// manifestKinds are the objects of a manifest that are looked at. What else stands in it runs no Pods.
var manifestKinds = map[objectKind]kind{
	{"v1", "Pod"}:              aPod,
	{"batch/v1", "Job"}:        aJob,
	{"batch/v1", "CronJob"}:    aCronJob,
	{"apps/v1", "Deployment"}:  aDeployment,
	{"apps/v1", "StatefulSet"}: aStatefulSet,
	{"apps/v1", "DaemonSet"}:   aDaemonSet,
	{"apps/v1", "ReplicaSet"}:  aReplicaSet,
}

// targetsOf gives the objects that manifests name, each once, in their order.
func targetsOf(in inputs, stdin io.Reader) ([]target, error) {
	files, err := in.read(stdin)
	if err != nil {
		return nil, err
	}
	var targets []target
	known := map[target]bool{}
	for _, f := range files {
		for _, d := range manifest.Split(f.text) {
			page, err := manifest.Parse(d)
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", place(f.name, d), err)
			}
			for o := range page.Objects() {
				wanted, err := targetOf(o)
				if err != nil {
					return nil, fmt.Errorf("reading %s: %w", place(f.name, d), err)
				}
				if wanted.name != "" && !known[wanted] {
					known[wanted] = true
					targets = append(targets, wanted)
				}
			}
		}
	}
	if len(targets) == 0 {
		return nil, fmt.Errorf("nothing in %s runs Pods: no Pod, Job, CronJob, Deployment, StatefulSet, DaemonSet or ReplicaSet", strings.Join(in.names, ", "))
	}
	return targets, nil
}

// targetOf gives the zero value for an object that runs no Pods.
func targetOf(o *manifest.Object) (target, error) {
	k, runsPods := manifestKinds[objectKind{o.APIVersion, o.Kind}]
	if !runsPods {
		return target{}, nil
	}
	var object struct {
		Metadata struct{ Namespace, Name, GenerateName string }
	}
	if err := json.Unmarshal(o.Raw, &object); err != nil {
		return target{}, fmt.Errorf("metadata of the %s: %w", o.Kind, err)
	}
	if object.Metadata.Name == "" {
		return target{}, fmt.Errorf("the %s has no name but a generateName %q: say %s/NAME with the name that kubectl printed when it was created",
			o.Kind, object.Metadata.GenerateName, strings.ToLower(o.Kind))
	}
	wanted := target{kind: k, namespace: object.Metadata.Namespace, name: object.Metadata.Name}
	return wanted, wanted.check()
}

// check refuses names that no object can have, before they are a part of a request or of a sentence.
func (t target) check() error {
	for _, word := range []string{t.name, t.namespace} {
		if problems := validation.IsDNS1123Subdomain(word); word != "" && len(problems) > 0 {
			return fmt.Errorf("%q is no name for a %s or its namespace: say one that the API server takes", timeline.OneLine(word), t.kind)
		}
	}
	return nil
}
