package main

import (
	"fmt"
	"strings"
)

// kind is what a name may belong to.
type kind string

const (
	anyKind      kind = ""
	aJob         kind = "Job"
	aPod         kind = "Pod"
	aCronJob     kind = "CronJob"
	aDeployment  kind = "Deployment"
	aStatefulSet kind = "StatefulSet"
	aDaemonSet   kind = "DaemonSet"
	aReplicaSet  kind = "ReplicaSet"
)

// kinds are the names of resources as kubectl takes them.
var kinds = makeKinds()

func makeKinds() map[string]kind {
	words := map[string]kind{"pod": aPod, "pods": aPod, "po": aPod}
	add := func(k kind, group, short string) {
		singular := strings.ToLower(string(k))
		plural := singular + "s"
		for _, word := range []string{singular, plural, short, singular + "." + group, plural + "." + group, plural + ".v1." + group} {
			words[word] = k
		}
	}
	add(aJob, "batch", "job")
	add(aCronJob, "batch", "cj")
	add(aDeployment, "apps", "deploy")
	add(aStatefulSet, "apps", "sts")
	add(aDaemonSet, "apps", "ds")
	add(aReplicaSet, "apps", "rs")
	return words
}

// target is what the user asks about.
type target struct {
	kind kind
	// namespace is empty where the user's choice counts.
	namespace, name string
}

// parseTarget reads NAME or KIND/NAME.
func parseTarget(word string) (target, error) {
	resource, name, parted := strings.Cut(word, "/")
	if !parted {
		resource, name = "", word
	}
	k, known := kinds[strings.ToLower(resource)]
	if parted && !known {
		return target{}, fmt.Errorf("%q is nothing that runs Pods: say job/%s, pod/%s, cronjob/%s, or a deployment, statefulset, daemonset or replicaset",
			word, name, name, name)
	}
	if name == "" || strings.Contains(name, "/") {
		return target{}, fmt.Errorf("%q is not a name: say NAME, job/NAME or pod/NAME", word)
	}
	return target{kind: k, name: name}, nil
}

// parseTargets reads all of them. Two words cannot be KIND NAME, as kubectl would take them, because a name alone is a target.
func parseTargets(words []string) ([]target, error) {
	if _, isKind := kinds[strings.ToLower(firstOf(words))]; isKind && len(words) == 2 && !strings.Contains(words[1], "/") {
		return nil, fmt.Errorf("%q is a kind: say %s/%s", words[0], words[0], words[1])
	}
	var targets []target
	for _, word := range words {
		wanted, err := parseTarget(word)
		if err != nil {
			return nil, err
		}
		targets = append(targets, wanted)
	}
	return targets, nil
}

func firstOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}
