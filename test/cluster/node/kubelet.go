package node

import "path/filepath"

// kubeletConfig is that of a common node, with three kinds of exceptions: folders of our own, no limits that would slow tests down, and
// what this machine lacks.
func (n *Node) kubeletConfig() map[string]any {
	config := map[string]any{
		"apiVersion":               "kubelet.config.k8s.io/v1beta1",
		"kind":                     "KubeletConfiguration",
		"containerRuntimeEndpoint": "unix://" + n.containerdSocket(),
		"cgroupDriver":             "cgroupfs",
		"cgroupRoot":               "/" + Name, // what Down may end and remove
		"clusterDomain":            "cluster.local",
		"clusterDNS":               []string{dnsIP},
		"resolvConf":               "", // the host's resolvers cannot be reached from the namespace
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false},
			"webhook":   map[string]any{"enabled": true},
			"x509":      map[string]any{"clientCAFile": n.pki("ca.crt")},
		},
		"authorization":     map[string]any{"mode": "Webhook"},
		"tlsCertFile":       n.pki("kubelet-server.crt"),
		"tlsPrivateKeyFile": n.pki("kubelet-server.key"),

		"podLogsDir":      filepath.Join(n.Logs(), "pods"),
		"volumePluginDir": n.data("volume-plugins"),

		"maxPods":             250,
		"eventRecordQPS":      0,
		"registryPullQPS":     0,
		"serializeImagePulls": false,
		"kubeAPIQPS":          300,
		"kubeAPIBurst":        600,

		"failSwapOn": false,
		// The disk is not the node's own: its file system may be one that cannot be measured, and may be nearly full with other things.
		// The node shall neither evict Pods nor collect images for that.
		"localStorageCapacityIsolation": false,
		"imageGCHighThresholdPercent":   100,
		"evictionHard":                  map[string]string{"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
	}
	if !n.cgroup.Unified() {
		config["failCgroupV1"] = false
		config["enforceNodeAllocatable"] = []string{}
	}
	return config
}

// startKubelet starts the kubelet, which registers the node.
func (n *Node) startKubelet() error {
	path := n.config("kubelet.json")
	if err := writeJSON(path, n.kubeletConfig()); err != nil {
		return err
	}
	return n.start("kubelet", []string{
		"--config=" + path,
		"--kubeconfig=" + n.kubeconfigOf("kubelet"),
		"--hostname-override=" + Name,
		"--node-ip=" + NodeIP,
		"--root-dir=" + n.data("kubelet"),
		"--v=2",
	})
}

// startProxy starts what makes Services reachable.
func (n *Node) startProxy() error {
	path := n.config("kube-proxy.json")
	if err := writeJSON(path, map[string]any{
		"apiVersion":       "kubeproxy.config.k8s.io/v1alpha1",
		"kind":             "KubeProxyConfiguration",
		"mode":             "iptables",
		"clientConnection": map[string]any{"kubeconfig": n.kubeconfigOf("kube-proxy")},
		"clusterCIDR":      pods,
		"hostnameOverride": Name,
		// The size of the connection table belongs to the whole machine.
		"conntrack": map[string]any{"maxPerCore": 0, "min": 0},
	}); err != nil {
		return err
	}
	return n.start("kube-proxy", []string{"--config=" + path})
}
