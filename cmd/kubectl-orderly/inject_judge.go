package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/cmd/kubectl-orderly/manifest"
	"orderly.dev/mutate"
	"orderly.dev/webhook"
	"orderly.dev/webhook/patch"
)

// verdict is what admission says about an object, and does to it.
type verdict struct {
	// denial is the message for the user. Empty means that the object is admitted.
	denial   string
	warnings []string
}

// judge sets what becomes of an object. The error is not about the object.
type judge func(ctx context.Context, o *manifest.Object) (verdict, error)

// objectKind names the objects that a judge judges.
type objectKind struct{ apiVersion, kind string }

var (
	podKind     = objectKind{"v1", "Pod"}
	jobKind     = objectKind{"batch/v1", "Job"}
	cronJobKind = objectKind{"batch/v1", "CronJob"}
)

// workloadKinds are only judged.
var workloadKinds = []objectKind{{"apps/v1", "Deployment"}, {"apps/v1", "StatefulSet"}, {"apps/v1", "DaemonSet"}, {"apps/v1", "ReplicaSet"}}

// newJudges ties the deciders of the webhook to the kinds that they decide about, with facts about the same things as there.
func newJudges(config mutate.Config, known knownFacts) map[objectKind]judge {
	pods := webhook.Pods(config, slices.Concat([]webhook.Source{known.source}, known.images)...)
	workloads := judgeAs(webhook.Workloads(config), fillPolicy, func(w *mutate.Workload) *corev1.PodSpec { return &w.Spec.Template.Spec })
	judges := map[objectKind]judge{
		podKind: judgeAs(pods, fillResources(known.surroundings.Limits), func(p *corev1.Pod) *corev1.PodSpec { return &p.Spec }),
		jobKind: judgeAs(webhook.Jobs(config, known.source), fillPolicy,
			func(j *batchv1.Job) *corev1.PodSpec { return &j.Spec.Template.Spec }),
		cronJobKind: judgeAs(webhook.CronJobs(config, known.source), fillPolicy,
			func(c *batchv1.CronJob) *corev1.PodSpec { return &c.Spec.JobTemplate.Spec.Template.Spec }),
	}
	for _, kind := range workloadKinds {
		judges[kind] = workloads
	}
	return judges
}

// judgeAs judges objects of a type as the webhook does: fill fills in what the API server would have filled in before, and takes that
// back at the end, and the change goes into the text as a patch, so that what the type does not know stays.
func judgeAs[T any, P interface {
	*T
	metav1.Object
}](decider webhook.Decider[P], fill filler, spec func(P) *corev1.PodSpec) judge {
	return func(ctx context.Context, o *manifest.Object) (verdict, error) {
		written, arrived := P(new(T)), P(new(T))
		for _, object := range []P{written, arrived} {
			if err := utiljson.Unmarshal(o.Raw, object); err != nil {
				return verdict{denial: fmt.Sprintf("%s %q cannot be read as a %s of %s: %v", o.Kind, o.Name(), o.Kind, o.APIVersion, err)}, nil
			}
		}
		takeBack := fill(spec(arrived))
		result, problems := decider.Create(ctx, arrived)
		if err := ours(problems); err != nil {
			return verdict{}, err
		}
		if len(problems) > 0 {
			name := cmp.Or(written.GetName(), written.GetGenerateName())
			return verdict{denial: webhook.DenialMessage(o.Kind, name, problems)}, nil
		}
		said := verdict{warnings: result.Warnings}
		if result.Object == arrived {
			return said, nil
		}
		takeBack(spec(result.Object))
		return said, rewrite(o, written, result.Object)
	}
}

// ours are the problems that no change of the object would solve.
func ours(problems field.ErrorList) error {
	for _, problem := range problems {
		if problem.Type == field.ErrorTypeInternal {
			return problem
		}
	}
	return nil
}

// rewrite applies the difference between two typed objects to what the first was decoded from.
func rewrite[T any](o *manifest.Object, before, after T) error {
	operations := patch.Make(o.Raw, before, after)
	if len(operations) == 0 {
		return nil
	}
	text, err := patch.Encode(operations)
	if err != nil {
		return fmt.Errorf("encoding the patch of %s %s: %w", o.Kind, o.Name(), err)
	}
	decoded, err := jsonpatch.DecodePatch(text)
	if err != nil {
		return fmt.Errorf("reading the patch of %s %s: %w", o.Kind, o.Name(), err)
	}
	if o.Rewritten, err = decoded.Apply(o.Raw); err != nil {
		return fmt.Errorf("applying the patch of %s %s: %w", o.Kind, o.Name(), err)
	}
	return nil
}
