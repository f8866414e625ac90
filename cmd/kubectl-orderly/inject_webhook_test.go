package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"orderly.dev/mutate"
	"orderly.dev/webhook"
)

// goldenCases are those of the core. What they show must not be different here.
const goldenCases = "../../mutate/testdata"

// answer is what somebody who applies an object sees of admission.
type answer struct {
	// object is the result with the API's defaults, as JSON. It is empty where the object is denied.
	object   string
	denial   string
	warnings []string
}

// TestTheAnswerIsThatOfTheWebhook gives each golden object to the webhook's handlers, with the API's defaults, as the API server does, and to
// inject without them. When the API server has applied its defaults to what inject wrote, nothing tells the two apart.
func TestTheAnswerIsThatOfTheWebhook(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(goldenCases, "*.txtar"))
	require.NoError(t, err)
	compared := map[string]int{}
	for _, path := range paths {
		sections := readSections(t, path)
		if sections["old.yaml"] != "" { // an update, which inject does not know
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			config := mutate.Config{ToolsImage: "registry.example/tools:v1", Version: "v1"}
			if text := sections["config.yaml"]; text != "" {
				require.NoError(t, yaml.UnmarshalStrict([]byte(text), &config))
			}
			var facts mutate.Facts
			require.NoError(t, yaml.UnmarshalStrict([]byte(sections["facts.yaml"]), &facts))
			c := comparison{config: config, facts: facts}
			for section, compare := range map[string]func(*testing.T, string){
				"pod.yaml":      compareAs[corev1.Pod](c, webhook.PodPath),
				"job.yaml":      compareAs[batchv1.Job](c, webhook.JobPath),
				"cronjob.yaml":  compareAs[batchv1.CronJob](c, webhook.CronJobPath),
				"workload.yaml": compareAs[mutate.Workload](c, webhook.WorkloadPath),
			} {
				if text := sections[section]; text != "" {
					compare(t, text)
					compared[section]++
				}
			}
		})
	}
	for _, section := range []string{"pod.yaml", "job.yaml", "cronjob.yaml", "workload.yaml"} {
		require.NotZero(t, compared[section], section)
	}
}

func readSections(t *testing.T, path string) map[string]string {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	sections := map[string]string{}
	for _, f := range archive.Files {
		sections[f.Name] = string(f.Data)
	}
	return sections
}

type comparison struct {
	config mutate.Config
	facts  mutate.Facts
}

// images knows the images of the golden case.
func (c comparison) images(_ context.Context, _ *corev1.Pod, facts *mutate.Facts) error {
	facts.Images = c.facts.Images
	return nil
}

func (c comparison) known() knownFacts {
	return knownFacts{surroundings: c.facts, images: []webhook.Source{c.images}}
}

func compareAs[T any, P interface {
	*T
	metav1.Object
}](c comparison, path string) func(*testing.T, string) {
	return func(t *testing.T, text string) {
		raw, err := yaml.YAMLToJSON([]byte(text))
		require.NoError(t, err)
		want := webhookAnswer[T, P](t, c, path, raw)
		got, written := c.injected(t, text)
		if written != "" {
			result, err := yaml.YAMLToJSON([]byte(written))
			require.NoError(t, err)
			got.object = withDefaults[T, P](t, c.facts.Limits, result)
			_, again := c.injected(t, written)
			require.Equal(t, written, again, "a second pass changes nothing")
		}
		require.Equal(t, want.denial, got.denial)
		require.Equal(t, want.warnings, got.warnings)
		require.Equal(t, want.object, got.object)
	}
}

// injected gives what inject says about one document, and writes.
func (c comparison) injected(t *testing.T, text string) (said answer, written string) {
	t.Helper()
	var messages, output bytes.Buffer
	in := &injection{judges: newJudges(c.config, c.known()), messages: &messages}
	files, err := in.renderAll(t.Context(), []file{{"f", []byte(text)}})
	for line := range strings.Lines(messages.String()) {
		if warning, is := strings.CutPrefix(line, "Warning: "); is {
			said.warnings = append(said.warnings, strings.TrimSuffix(warning, "\n"))
			continue
		}
		said.denial += strings.TrimPrefix(line, "f, document 1 (line 1): ")
	}
	said.denial = strings.TrimSuffix(said.denial, "\n")
	if err != nil {
		if in.denied == 0 {
			said.denial = err.Error()
		}
		return said, ""
	}
	require.NoError(t, outputYAML.write(&output, files))
	return said, output.String()
}

// FuzzWhateverIsWrittenCanBeWrittenAgain: every object that a file can hold is either denied or written, and what was written is
// accepted as it is. The text that a patch is applied to was not made by the API server, so it may hold anything.
func FuzzWhateverIsWrittenCanBeWrittenAgain(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(goldenCases, "*.txtar"))
	require.NoError(f, err)
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(f, err)
		for _, section := range archive.Files {
			if slices.Contains([]string{"pod.yaml", "job.yaml", "cronjob.yaml", "workload.yaml"}, section.Name) {
				f.Add(section.Data)
			}
		}
	}
	f.Add([]byte(nulls))
	c := comparison{config: mutate.Config{ToolsImage: "tools"}}
	f.Fuzz(func(t *testing.T, text []byte) {
		said, written := c.injected(t, string(text))
		if written == "" {
			require.True(t, len(text) == 0 || said.denial != "")
			require.NotContains(t, said.denial, "patch of")
			return
		}
		said, again := c.injected(t, written)
		require.Empty(t, said.denial)
		require.Equal(t, written, again)
	})
}

const nulls = `{apiVersion: v1, kind: Pod, metadata: {name: nulls, labels: null, annotations: {orderly.dev/steps: a}}, status: null, spec: {
 restartPolicy: Never, volumes: null, initContainers: ~, securityContext: null, nodeSelector: ~, affinity: ~,
 containers: [{name: a, image: b, command: [c], args: null, env: null, volumeMounts: ~, resources: null}, {name: d, image: e, command: [f]}]}}`

func TestMembersThatAreNullAreAsIfTheyWereNotThere(t *testing.T) {
	c := comparison{config: mutate.Config{ToolsImage: "tools"}}
	raw, err := yaml.YAMLToJSON([]byte(nulls))
	require.NoError(t, err)
	said, written := c.injected(t, nulls)
	require.Equal(t, answer{warnings: []string{"steps: a; sidecars: d"}}, said)
	result, err := yaml.YAMLToJSON([]byte(written))
	require.NoError(t, err)
	require.Equal(t, webhookAnswer[corev1.Pod](t, c, webhook.PodPath, raw).object, withDefaults[corev1.Pod](t, nil, result))
}

// webhookAnswer asks the handlers of the webhook, through HTTP and JSON.
func webhookAnswer[T any, P interface {
	*T
	metav1.Object
}](t *testing.T, c comparison, path string, raw []byte) answer {
	t.Helper()
	mux := http.NewServeMux()
	webhook.Register(webhook.RegistryFunc(mux.Handle), webhook.Deciders{
		Pods:      webhook.Pods(c.config, c.known().source, c.images),
		Jobs:      webhook.Jobs(c.config, c.known().source),
		CronJobs:  webhook.CronJobs(c.config, c.known().source),
		Workloads: webhook.Workloads(c.config),
	})
	var head metav1.TypeMeta
	require.NoError(t, json.Unmarshal(raw, &head))
	kind := schema.FromAPIVersionAndKind(head.APIVersion, head.Kind)
	sent := []byte(withDefaults[T, P](t, c.facts.Limits, raw))
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "u", Kind: metav1.GroupVersionKind(kind), Operation: admissionv1.Create, Object: runtime.RawExtension{Raw: sent},
		},
	})
	require.NoError(t, err)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	text, err := io.ReadAll(recorder.Body)
	require.NoError(t, err)
	var review admissionv1.AdmissionReview
	require.NoError(t, json.Unmarshal(text, &review), "%s", text)
	if !review.Response.Allowed {
		return answer{denial: review.Response.Result.Message, warnings: review.Response.Warnings}
	}
	if len(review.Response.Patch) > 0 {
		operations, err := jsonpatch.DecodePatch(review.Response.Patch)
		require.NoError(t, err)
		sent, err = operations.Apply(sent)
		require.NoError(t, err)
	}
	return answer{object: withDefaults[T, P](t, c.facts.Limits, sent), warnings: review.Response.Warnings}
}

// withDefaults gives an object of a type with the API's defaults, and a Pod with those of its namespace.
func withDefaults[T any, P interface {
	*T
	metav1.Object
}](t *testing.T, limits []corev1.LimitRangeItem, raw []byte) string {
	t.Helper()
	object := P(new(T))
	require.NoError(t, json.Unmarshal(raw, object))
	switch o := any(object).(type) {
	case *corev1.Pod:
		fillResources(limits)(&o.Spec)
		defaultPod(&o.Spec)
	case *batchv1.Job:
		defaultJob(&o.Spec)
	case *batchv1.CronJob:
		defaultJob(&o.Spec.JobTemplate.Spec)
	case *mutate.Workload:
		defaultPod(&o.Spec.Template.Spec)
	}
	text, err := json.MarshalIndent(object, "", " ")
	require.NoError(t, err)
	return string(text)
}

func TestTheImagesAreThoseOfTheChart(t *testing.T) {
	text, err := os.ReadFile("../../charts/orderly/values.yaml")
	require.NoError(t, err)
	var values struct {
		Image           struct{ Registry, PullPolicy string }
		Tools, Gitclone struct{ Image struct{ Repository string } }
	}
	require.NoError(t, yaml.Unmarshal(text, &values))
	require.Equal(t, values.Image.Registry+"/"+values.Tools.Image.Repository, defaultToolsImage)
	require.Equal(t, values.Image.Registry+"/"+values.Gitclone.Image.Repository, defaultCloneImage)
	command := newInjectCommand()
	require.Equal(t, values.Image.PullPolicy, command.Flags().Lookup("tools-pull-policy").DefValue)
}
