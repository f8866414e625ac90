package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// objectsOfAllKinds have MAPS in the metadata of each of their levels.
const objectsOfAllKinds = `
apiVersion: v1
kind: Pod
metadata: {name: work, MAPS}
spec: POD
---
apiVersion: batch/v1
kind: Job
metadata: {name: work, MAPS}
spec: {template: {metadata: {MAPS}, spec: POD}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: work, MAPS}
spec: {schedule: "@daily", jobTemplate: {metadata: {MAPS}, spec: {template: {metadata: {MAPS}, spec: POD}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: work, MAPS}
spec: {template: {metadata: null, spec: POD}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: work, MAPS}
spec: {schedule: "@daily", jobTemplate: {metadata: null, spec: {template: {spec: POD}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: work, MAPS}
spec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: i}]}}}
`

// The conditions by which the API server chooses fail on what is absent, unless they guard it; and then nothing could be created.
func TestObjectsWithoutLabelsAndAnnotationsAreNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	namespace := makeNamespace(t, optedIn)
	for _, maps := range []string{"", "labels: null, annotations: null", "labels: {}, annotations: {}", "labels: {a: b}", "annotations: {a: b}"} {
		text := strings.NewReplacer("MAPS", maps, "POD", "{restartPolicy: Never, containers: [{name: a, image: i}]}").Replace(objectsOfAllKinds)
		for document := range strings.SplitSeq(text, "---\n") {
			object := &unstructured.Unstructured{}
			require.NoError(t, yaml.Unmarshal([]byte(document), &object.Object))
			object.SetNamespace(namespace)
			require.NoError(t, admin.Create(t.Context(), object, client.DryRunAll), document)
		}
	}
	require.Equal(t, before, mustCount(t), "the webhook was called")
}
