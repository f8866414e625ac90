package pods

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// token is the volume of the API token.
const token = "kube-api-access-8xk2p"

// Sent gives the same Pod, made by a Job, as the API server sends it to webhooks: with its defaults, the API token and the
// managed fields.
func Sent(containers int) *corev1.Pod {
	pod := Written(containers)
	pod.Name, pod.Namespace = "build-1-x7k2p", "team"
	pod.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "batch/v1", Kind: "Job", Name: "build-1", UID: "0d3d5a9e-2f0c-4a4f-8d6f-3a0c1a3d1b77", Controller: new(true),
	}}
	pod.ManagedFields = managedFields(pod.Spec.Containers)
	spec := &pod.Spec
	spec.DNSPolicy, spec.SchedulerName = corev1.DNSClusterFirst, corev1.DefaultSchedulerName
	spec.ServiceAccountName, spec.DeprecatedServiceAccount = "default", "default"
	spec.TerminationGracePeriodSeconds, spec.EnableServiceLinks = new(int64(30)), new(true)
	spec.Priority, spec.PreemptionPolicy = new(int32(0)), new(corev1.PreemptLowerPriority)
	spec.Tolerations = tolerations()
	spec.Volumes = append(spec.Volumes, tokenVolume())
	for i := range spec.Containers {
		c := &spec.Containers[i]
		c.TerminationMessagePath, c.TerminationMessagePolicy = corev1.TerminationMessagePathDefault, corev1.TerminationMessageReadFile
		c.ImagePullPolicy = corev1.PullIfNotPresent
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{
			Name: token, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
		})
	}
	return pod
}

func tolerations() []corev1.Toleration {
	var list []corev1.Toleration
	for _, key := range []string{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"} {
		list = append(list, corev1.Toleration{
			Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300)),
		})
	}
	return list
}

func tokenVolume() corev1.Volume {
	return corev1.Volume{Name: token, VolumeSource: corev1.VolumeSource{
		Projected: &corev1.ProjectedVolumeSource{DefaultMode: new(int32(0o644)), Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: new(int64(3607)), Path: "token"}},
			{ConfigMap: &corev1.ConfigMapProjection{
				LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}},
			}},
			{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{
				{Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}},
			}}},
		}},
	}}
}

// managedFields name each field that the creator set.
func managedFields(containers []corev1.Container) []metav1.ManagedFieldsEntry {
	var list []string
	for _, c := range containers {
		list = append(list, fmt.Sprintf(`"k:{\"name\":\"%s\"}":{".":{},"f:args":{},"f:command":{},"f:env":{".":{},`+
			`"k:{\"name\":\"HOME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NODE\"}":{".":{},"f:name":{},"f:valueFrom":{}},`+
			`"k:{\"name\":\"VERSION\"}":{".":{},"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:name":{},`+
			`"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},`+
			`"f:securityContext":{".":{},"f:allowPrivilegeEscalation":{},"f:capabilities":{".":{},"f:drop":{}}},`+
			`"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:volumeMounts":{".":{},`+
			`"k:{\"mountPath\":\"/workspace\"}":{".":{},"f:mountPath":{},"f:name":{}}}}`, c.Name))
	}
	raw := `{"f:metadata":{"f:annotations":{".":{},"f:orderly.dev/steps":{}},"f:generateName":{},"f:labels":{".":{},` +
		`"f:app.kubernetes.io/name":{},"f:batch.kubernetes.io/job-name":{},"f:team":{}},"f:ownerReferences":{".":{},` +
		`"k:{\"uid\":\"0d3d5a9e-2f0c-4a4f-8d6f-3a0c1a3d1b77\"}":{}}},"f:spec":{"f:containers":{` + strings.Join(list, ",") +
		`},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},` +
		`"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},"k:{\"name\":\"work\"}":{".":{},"f:emptyDir":{},"f:name":{}}}}}`
	fields := &metav1.FieldsV1{}
	fields.SetRawBytes([]byte(raw))
	return []metav1.ManagedFieldsEntry{{
		Manager: "kube-controller-manager", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", FieldsType: "FieldsV1", FieldsV1: fields,
	}}
}
