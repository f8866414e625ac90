package integration

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// projected asks for these directories. The ServiceAccount, which a token is one of, is set by a plugin of the API server that does not run here.
func projected(text string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		metav1.SetMetaDataAnnotation(&p.ObjectMeta, "orderly.dev/projected", text)
		p.Spec.ServiceAccountName = "default"
	}
}

// anySource is a list of sources of every kind.
const anySource = `[{configMap: a}, {configMap: b, optional: true, items: {brownies: recipe.txt}}, {secret: c}, ` +
	`{downward: {labels: metadata.labels, team: "metadata.annotations['example.com/Team']"}}, {token: {audience: vault, expirationSeconds: 3600}}]`

func TestDirectoriesOfEveryKindAreAccepted(t *testing.T) {
	for _, policy := range []corev1.RestartPolicy{corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure, corev1.RestartPolicyAlways} {
		t.Run(string(policy), func(t *testing.T) {
			pod := makePod(makeNamespace(t, optedIn), projected("- {path: /props, mode: 0444, sources: "+anySource+"}"))
			pod.Spec.RestartPolicy = policy
			mustCreate(t, pod)
			require.Equal(t, "orderly-projected-1", pod.Spec.Volumes[0].Name)
			require.Len(t, pod.Spec.Volumes[0].Projected.Sources, 5)
			require.Equal(t, int32(0o444), *pod.Spec.Volumes[0].Projected.DefaultMode)
			for _, c := range pod.Spec.Containers {
				require.Equal(t, []corev1.VolumeMount{{Name: "orderly-projected-1", MountPath: "/props", ReadOnly: true}}, c.VolumeMounts)
			}
			require.NotContains(t, pod.Labels, "orderly.dev/managed")
		})
	}
}

func TestMistakesInDirectoriesAreDeniedOnTheJob(t *testing.T) {
	job := makeJob(makeNamespace(t, optedIn), projected("- {path: /etc, sources: [{confgmap: a}], for: [biuld]}"))
	err := admin.Create(t.Context(), job)
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	for _, want := range []string{
		`spec.template.metadata.annotations[orderly.dev/projected]: Invalid value: "/etc"`, `did you mean "configMap"?`, `did you mean "build"?`,
	} {
		require.ErrorContains(t, err, want)
	}
}

// Whatever Orderly lets pass, the API server does, too: nobody has to guess what its answer about a volume of Orderly's means. And what it makes of the
// Pod comes back as it is.
func TestDirectoriesThatAreAcceptedAreRight(t *testing.T) {
	const draws = 400
	namespace := makeNamespace(t, optedIn)
	accepted := 0
	for seed := range uint64(draws) {
		d := drawer{rand.New(rand.NewPCG(seed, 1))}
		text, err := json.Marshal(d.directories())
		require.NoError(t, err)
		pod := makePod(namespace, projected(string(text)))
		if d.IntN(2) == 0 {
			pod = makePod(namespace, withSteps(), projected(string(text)))
		}
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
		pod.Spec.Containers[0].VolumeMounts = append(pod.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "data", MountPath: "/data"})
		err = admin.Create(t.Context(), pod, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
		if err != nil {
			require.ErrorContains(t, err, `admission webhook "pods.orderly.dev" denied the request`, "seed %d: %s", seed, text)
			continue
		}
		accepted++
		requireSettled(t, pod)
	}
	require.Greater(t, accepted, draws/4, "most were denied, which shows nothing")
	require.Less(t, accepted, draws, "none was denied, which shows that nothing wrong was drawn")
}

// requireSettled asserts that a Pod of Orderly's and the API server's making is not changed when it is created again.
func requireSettled(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	again := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, Annotations: pod.Annotations, Labels: pod.Labels}, Spec: *pod.Spec.DeepCopy(),
	}
	require.NoError(t, admin.Create(t.Context(), again, client.DryRunAll))
	require.Equal(t, pod.Spec, again.Spec)
	require.Equal(t, pod.Annotations, again.Annotations)
}

// drawer draws annotations of which some are wrong.
type drawer struct{ *rand.Rand }

// from gives one of the right values and, now and then, one of the wrong ones.
func (d drawer) from(right, wrong []string) string {
	if d.IntN(40) == 0 {
		return wrong[d.IntN(len(wrong))]
	}
	return right[d.IntN(len(right))]
}

func (d drawer) directories() []any {
	var list []any
	for range 1 + d.IntN(3) {
		entry := map[string]any{
			"path": d.from([]string{"/props", "/etc/app", "/a b", "/ü/雪", "/var/run/secrets/tokens", "/opt", "/proc2", "/data/in/it", "/" + strings.Repeat("d", 255)},
				[]string{"/", "/etc", "props", "/a:b", "/builder/x", "/props/", "/../x", "/dev/props", "/data", "/" + strings.Repeat("d", 256), "/a\x00b", "/a\nb"}),
			"sources": d.sources(),
		}
		if d.IntN(2) == 0 {
			entry["mode"] = d.from([]string{"0444", "0000", "0777", "0o640"}, []string{"420", "1777", "04755", "0778", "0x124", "-1", "1000"})
		}
		if d.IntN(3) == 0 {
			entry["for"] = []string{d.from([]string{"fetch", "build", "proxy"}, []string{"nobody", "orderly-install", ""})}
		}
		list = append(list, entry)
	}
	return list
}

func (d drawer) sources() []any {
	var list []any
	for range 1 + d.IntN(4) {
		switch d.IntN(5) {
		case 0:
			list = append(list, map[string]any{"downward": map[string]any{d.file(): d.from(
				[]string{"metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations", "metadata.labels['app.kubernetes.io/name']",
					"metadata.annotations['example.com/Team']", "metadata.labels['A']", "metadata.annotations['UPPER.example/x']"},
				[]string{"status.podIP", "metadata.labels['']", "metadata.labels['a/b/c']", "metadata.annotations['a b']", "metadata.generateName", "metadata",
					"metadata.labels['UPPER.example/x']", "metadata.labels['a']['b']", "metadata.name['a']", "limits.cpu"})}})
		case 1:
			list = append(list, map[string]any{"token": d.token()})
		default:
			list = append(list, d.object())
		}
	}
	return list
}

func (d drawer) token() map[string]any {
	token := map[string]any{}
	if d.IntN(3) > 0 {
		token["path"] = d.file()
	}
	if d.IntN(2) == 0 {
		token["audience"] = d.from([]string{"vault", "https://vault.example/?a=b", "ü", strings.Repeat("a", 2000)}, []string{"", "a\x01"})
	}
	if d.IntN(2) == 0 {
		token["expirationSeconds"] = d.from([]string{"600", "3600", "4294967296"}, []string{"599", "4294967297", "1h", "0", "-600", "18446744073709551616"})
	}
	return token
}

func (d drawer) object() map[string]any {
	name := d.from([]string{"a", "a.b-c", "1", strings.Repeat("a", 253)}, []string{"A", "a_b", "a..b", "-a", "a/b", strings.Repeat("a", 254), "ü"})
	source := map[string]any{[]string{"configMap", "secret"}[d.IntN(2)]: name}
	if d.IntN(3) == 0 {
		source["optional"] = d.from([]string{"true", "false"}, []string{"yes", "1"})
	}
	if d.IntN(2) == 0 {
		items := map[string]any{}
		for range 1 + d.IntN(2) {
			key := d.from([]string{"a", "A_b-c.d", "_", "-", "a..", ".hidden", strings.Repeat("k", 253)}, []string{".", "..", "..a", "a b", "a/b", "ü", strings.Repeat("k", 254)})
			items[key] = d.file()
		}
		source["items"] = items
	}
	return source
}

func (d drawer) file() string {
	right := []string{".hidden", "a b", "ü/雪", "deep/er/file", "deep/er/fil", "a..b", "-", "c:d", "e\\f", strings.Repeat("f", 255), strings.Repeat("f/", 999) + "f"}
	for i := range 20 {
		right = append(right, fmt.Sprintf("file-%d", i))
	}
	return d.from(right, []string{"/a", "..data", "...", "../a", "a/../b", "a//b", "a/", ".", "./a", "", "deep", "deep/er", "a\x00b", strings.Repeat("f", 256), "\u202e"})
}
