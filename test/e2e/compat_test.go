package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// ovsAgent is a DaemonSet in the shape of OpenStack-Helm's: the init container "init" of each Pod asks for everything else. Its own image is nowhere on this
// node. The annotation is all that was added.
const ovsAgent = `
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: neutron-ovs-agent-default
  labels: {release_group: neutron, application: neutron, component: neutron-ovs-agent}
spec:
  selector: {matchLabels: {app: neutron-ovs-agent}}
  template:
    metadata:
      labels: {app: neutron-ovs-agent, application: neutron, component: neutron-ovs-agent}
      annotations:
        orderly.dev/compat: kubernetes-entrypoint
    spec:
      terminationGracePeriodSeconds: 1
      initContainers:
      - name: init
        image: quay.io/airshipit/kubernetes-entrypoint:latest-ubuntu_jammy
        imagePullPolicy: IfNotPresent
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsUser: 65534}
        env:
        - {name: POD_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}
        - {name: NAMESPACE, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}}
        - {name: INTERFACE_NAME, value: eth0}
        - {name: PATH, value: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/"}
        - {name: DEPENDENCY_SERVICE, value: "NAMESPACE:neutron-server"}
        - {name: DEPENDENCY_DAEMONSET, value: agent}
        - {name: DEPENDENCY_CONTAINER, value: ""}
        - {name: DEPENDENCY_POD_JSON, value: '[{"labels": {"app": "neutron-l3-agent"}, "requireSameNode": true}]'}
        - {name: DEPENDENCY_JOBS, value: "neutron-db-sync"}
        - {name: DEPENDENCY_CONFIG, value: "/tmp/pod-shared/ml2-local-ip.ini"}
        - {name: DEPENDENCY_CUSTOM_RESOURCE, value: ""}
        - {name: COMMAND, value: "echo done"}
        command: [kubernetes-entrypoint]
        volumeMounts:
        - {name: pod-shared, mountPath: /tmp/pod-shared}
        - {name: templates, mountPath: /configmaps/ml2-local-ip.ini}
      - name: neutron-openvswitch-agent-kernel-modules
        image: busybox
        command: [sh, -c, "echo modules are loaded > /tmp/pod-shared/modules"]
        volumeMounts: [{name: pod-shared, mountPath: /tmp/pod-shared}]
      containers:
      - name: app
        image: busybox
        command: [sh, -c, "cat /tmp/pod-shared/ml2-local-ip.ini /tmp/pod-shared/modules; exec sleep 1000000"]
        readinessProbe: {exec: {command: ["true"]}}
        volumeMounts: [{name: pod-shared, mountPath: /tmp/pod-shared}]
      volumes:
      - {name: pod-shared, emptyDir: {}}
      - {name: templates, configMap: {name: ml2}}
`

// A user of OpenStack-Helm labels the namespace and adds an annotation. The DaemonSet waits for what it waited for before, without asking the API server
// itself, and starts.
func TestDaemonSetOfOpenStackHelmWaitsAsEver(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "neutron-server")
	createJob(t, namespace, suspended("neutron-db-sync"))
	createReadyElsewhere(t, namespace, "neutron-l3-agent")
	createDaemonSetForOtherNodes(t, namespace)
	_, err := client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "ml2"},
		Data:       map[string]string{"ml2-local-ip.ini": "local_ip = {{ .IP }}\n"},
	}, createOptions())
	require.NoError(t, err)

	mustKubectl(t, strings.ReplaceAll(ovsAgent, "NAMESPACE:", namespace+":"), "apply", "-n", namespace, "-f", "-")
	pod := awaitMissing(t, podOfDeployment(t, namespace, "neutron-ovs-agent"), "service "+namespace+":neutron-server: 0 of 1 endpoints ready")
	message := conditionOf(pod, contract.ConditionReady).Message
	require.Contains(t, message, "daemonset agent: no Pod of the DaemonSet on node orderly-node")
	require.Contains(t, message, "pod with app=neutron-l3-agent on this node: no Pod with these labels on node orderly-node")
	require.Contains(t, message, "job neutron-db-sync: it is suspended")

	tellReady(t, namespace, "neutron-server")
	resume(t, namespace, "neutron-db-sync")
	createServer(t, namespace, "neutron-l3-agent")
	tellReady(t, namespace, "neutron-l3-agent")
	runOnEveryNode(t, namespace)
	requireClosed(t, awaitPod(t, pod, "a look at the Pod", hasAnyState))
	tellReady(t, namespace, "agent")

	pod = awaitPod(t, pod, "the Pod to be ready", func(p *corev1.Pod) bool { return conditionOf(p, corev1.PodReady).Status == corev1.ConditionTrue })
	require.Equal(t, "local_ip = "+pod.Status.PodIP+"\nmodules are loaded\n", logs(t, pod, "app"))
	for _, s := range append(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses...) {
		require.Zero(t, s.RestartCount, "%s was restarted", s.Name)
	}
}
