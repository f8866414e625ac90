package main

import (
	"context"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// finder looks objects up, in one namespace where a target names none.
type finder struct {
	client    kubernetes.Interface
	namespace string
}

// find says which objects belong to a target. A name alone is looked for among the Jobs first.
func (f *finder) find(ctx context.Context, wanted target) (scope, error) {
	if wanted.namespace == "" {
		wanted.namespace = f.namespace
	}
	switch wanted.kind {
	case anyKind:
		found, err := f.findJob(ctx, wanted)
		if apierrors.IsNotFound(err) {
			found, err = f.findPod(ctx, wanted)
		}
		return found, explain(wanted, err)
	case aJob:
		found, err := f.findJob(ctx, wanted)
		return found, explain(wanted, err)
	case aPod:
		found, err := f.findPod(ctx, wanted)
		return found, explain(wanted, err)
	case aCronJob:
		found, err := f.findLastJob(ctx, wanted)
		return found, explain(wanted, err)
	case aDeployment, aStatefulSet, aDaemonSet, aReplicaSet:
	}
	found, err := f.findWorkload(ctx, wanted)
	return found, explain(wanted, err)
}

// explain says what is not there in words that lead on, and hides the cause, which says the same in the words of the API.
func explain(wanted target, err error) error {
	if !apierrors.IsNotFound(err) {
		return err
	}
	what, resources := "no "+string(wanted.kind), strings.ToLower(string(wanted.kind))+"s"
	if wanted.kind == anyKind {
		what, resources = "neither a Job nor a Pod", "jobs,pods"
	}
	return fmt.Errorf("there is %s named %q in namespace %q: see what there is with `kubectl get %s -n %s`, or choose a namespace with -n",
		what, wanted.name, wanted.namespace, resources, wanted.namespace)
}

func (f *finder) findJob(ctx context.Context, wanted target) (scope, error) {
	job, err := f.client.BatchV1().Jobs(wanted.namespace).Get(ctx, wanted.name, metav1.GetOptions{})
	if err != nil {
		return scope{}, fmt.Errorf("reading Job %s/%s: %w", wanted.namespace, wanted.name, err)
	}
	return scopeOfJob(job), nil
}

func (f *finder) findPod(ctx context.Context, wanted target) (scope, error) {
	pod, err := f.client.CoreV1().Pods(wanted.namespace).Get(ctx, wanted.name, metav1.GetOptions{})
	if err != nil {
		return scope{}, fmt.Errorf("reading Pod %s/%s: %w", wanted.namespace, wanted.name, err)
	}
	return scope{kind: aPod, namespace: pod.Namespace, name: pod.Name, pods: podQuery{name: pod.Name, uid: pod.UID}}, nil
}
