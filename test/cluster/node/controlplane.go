package node

// issuer is written into every ServiceAccount token.
const issuer = "https://kubernetes.default.svc.cluster.local"

// apiServer is the component's name.
const apiServer = "kube-apiserver"

// startAPIServer starts the API server with what every cluster has: RBAC and node authorisation, the default admission plugins.
func (n *Node) startAPIServer() error {
	return n.start(apiServer, []string{
		"--etcd-servers=" + etcdURL,
		"--bind-address=0.0.0.0",
		"--secure-port=6443",
		"--advertise-address=" + NodeIP,
		"--tls-cert-file=" + n.pki("kube-apiserver.crt"),
		"--tls-private-key-file=" + n.pki("kube-apiserver.key"),
		"--cert-dir=" + n.pki(""),
		"--client-ca-file=" + n.pki("ca.crt"),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged",
		"--service-cluster-ip-range=" + services,
		"--service-account-issuer=" + issuer,
		"--service-account-key-file=" + n.pki("tokens.crt"),
		"--service-account-signing-key-file=" + n.pki("tokens.key"),
		"--kubelet-certificate-authority=" + n.pki("ca.crt"),
		"--kubelet-client-certificate=" + n.pki("kubelet-client.crt"),
		"--kubelet-client-key=" + n.pki("kubelet-client.key"),
		// Nobody resolves the node's name.
		"--kubelet-preferred-address-types=InternalIP",
	})
}

// startControllers starts controller-manager and scheduler; they end if the API server is not ready when they start. There is one
// of each, so there is no leader to elect. The controllers may ask the API server as often as they need, so that tests
// measure the product and not a limit.
func (n *Node) startControllers() error {
	const controllers, scheduler = "kube-controller-manager", "kube-scheduler"
	if err := n.start(controllers, []string{
		"--kubeconfig=" + n.kubeconfigOf(controllers),
		"--authentication-kubeconfig=" + n.kubeconfigOf(controllers),
		"--authorization-kubeconfig=" + n.kubeconfigOf(controllers),
		"--cert-dir=" + n.pki(""),
		"--root-ca-file=" + n.pki("ca.crt"),
		"--service-account-private-key-file=" + n.pki("tokens.key"),
		"--cluster-signing-cert-file=" + n.pki("ca.crt"),
		"--cluster-signing-key-file=" + n.pki("ca.key"),
		"--use-service-account-credentials",
		"--allocate-node-cidrs",
		"--cluster-cidr=" + pods,
		"--service-cluster-ip-range=" + services,
		"--leader-elect=false",
		"--kube-api-qps=300",
		"--kube-api-burst=600",
	}); err != nil {
		return err
	}
	return n.start(scheduler, []string{
		"--kubeconfig=" + n.kubeconfigOf(scheduler),
		"--authentication-kubeconfig=" + n.kubeconfigOf(scheduler),
		"--authorization-kubeconfig=" + n.kubeconfigOf(scheduler),
		"--cert-dir=" + n.pki(""),
		"--leader-elect=false",
	})
}
