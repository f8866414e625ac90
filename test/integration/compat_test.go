package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"orderly.dev/mutate/contract"
)

func TestAPodOfOpenStackHelmIsLetThrough(t *testing.T) {
	loop := startCompanion(t)
	namespace := makeNamespace(t, optedIn)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	require.NoError(t, admin.Get(t.Context(), client.ObjectKeyFromObject(ns), ns))
	ns.Labels["pod-security.kubernetes.io/enforce"] = "restricted"
	require.NoError(t, admin.Update(t.Context(), ns))
	pod := &corev1.Pod{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(`
metadata:
  name: work
  annotations: {orderly.dev/compat: kubernetes-entrypoint}
spec:
  restartPolicy: Always
  terminationGracePeriodSeconds: 0
  initContainers:
  - name: init
    image: quay.io/airshipit/kubernetes-entrypoint:latest-ubuntu_jammy
    imagePullPolicy: IfNotPresent
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsUser: 65534}
    env:
    - {name: POD_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}
    - {name: NAMESPACE, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}}
    - {name: INTERFACE_NAME, value: eth0}
    - {name: DEPENDENCY_SERVICE, value: "`+namespace+`:db"}
    - {name: DEPENDENCY_CONTAINER, value: ""}
    - {name: COMMAND, value: echo done}
    command: [kubernetes-entrypoint]
    volumeMounts:
    - {name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
  containers:
  - name: app
    image: registry.example/app
    command: [serve]
    securityContext: &s
      runAsNonRoot: true
      allowPrivilegeEscalation: false
      capabilities: {drop: [ALL]}
      seccompProfile: {type: RuntimeDefault}
  volumes:
  - {name: token, emptyDir: {}}
`), pod))
	pod.Namespace = namespace
	mustCreate(t, pod)
	got := mustGetPod(t, pod)
	require.Equal(t, "/entrypoint", got.Spec.InitContainers[0].Command[0])
	require.Empty(t, got.Spec.ReadinessGates)
	loop.eventuallyMisses(pod, "service "+namespace+":db: no endpoints")
	mustCreate(t, makeEndpoints(namespace, "db", true))
	loop.eventuallyOpens(pod, contract.GateAnnotation("init"))
}
