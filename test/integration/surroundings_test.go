package integration

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// asking gives every container a request of CPU, and lets only the heaviest steps that can run together count.
func asking(cpu string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		withSteps()(pod)
		pod.Annotations["orderly.dev/requests"] = "max"
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}
		}
	}
}

func TestAQuotaCountsTheHeaviestSteps(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	hard := corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("2500m")}
	quota := mustCreate(t, &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "quota"}, Spec: corev1.ResourceQuotaSpec{Hard: hard},
	})
	// There is no controller here that would start to count.
	quota.Status = corev1.ResourceQuotaStatus{Hard: hard, Used: corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("0")}}
	require.NoError(t, admin.Status().Update(t.Context(), quota))

	eventually(t, "the Pod fits into the quota", func() error {
		return admin.Create(t.Context(), makePod(namespace, asking("1")))
	})
	require.NoError(t, admin.Get(t.Context(), client.ObjectKeyFromObject(quota), quota))
	used := quota.Status.Used[corev1.ResourceRequestsCPU]
	require.Equal(t, "2", used.String(), "one step and the sidecar count, not the other step")

	tooMuch := makePod(namespace, asking("1"))
	tooMuch.Name = "more"
	require.ErrorContains(t, admin.Create(t.Context(), tooMuch), "exceeded quota")
}

func TestALimitRangeIsKnownToTheWebhook(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	mustCreate(t, &corev1.LimitRange{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "range"},
		Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypeContainer, Min: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("50m")},
		}}},
	})
	eventually(t, "the LimitRange allows what the webhook made", func() error {
		pod := makePod(namespace, asking("1"))
		if err := admin.Create(t.Context(), pod, client.DryRunAll); err != nil {
			return err
		}
		if fetch := pod.Spec.Containers[0].Resources.Requests.Cpu().String(); fetch != "50m" {
			return fmt.Errorf("fetch asks for %s, not for the least", fetch)
		}
		return nil
	})
}
