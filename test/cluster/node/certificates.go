package node

import (
	"fmt"

	"orderly.dev/test/cluster/pki"
)

// certificates makes the cluster's authority and what every component needs to prove who it is. The names and groups are those that
// the API server's default roles are bound to.
func (n *Node) certificates() error {
	authority, err := pki.NewAuthority("orderly-node")
	if err != nil {
		return err
	}
	if err := authority.Write(n.pki(""), "ca"); err != nil {
		return err
	}
	tokens, err := pki.SigningKey()
	if err != nil {
		return err
	}
	if err := tokens.Write(n.pki(""), "tokens"); err != nil {
		return err
	}
	for name, subject := range map[string]pki.Subject{
		"kube-apiserver": {Name: "kube-apiserver", Hosts: []string{
			NodeIP, gatewayIP, serviceIP, "127.0.0.1", "localhost", "kubernetes", "kubernetes.default",
			"kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
		}},
		// The API server calls the kubelet for logs and exec.
		"kubelet-client": {Name: "kube-apiserver-kubelet-client", Groups: []string{"system:masters"}},
		"kubelet-server": {Name: Name, Hosts: []string{Name, NodeIP}},
	} {
		pair, err := authority.Issue(subject)
		if err != nil {
			return err
		}
		if err := pair.Write(n.pki(""), name); err != nil {
			return err
		}
	}
	return n.kubeconfigs(authority)
}

// kubeconfigs writes one for each client of the API server; the administrator's is for the host.
func (n *Node) kubeconfigs(authority *pki.Authority) error {
	for name, subject := range map[string]pki.Subject{
		"kube-controller-manager": {Name: "system:kube-controller-manager"},
		"kube-scheduler":          {Name: "system:kube-scheduler"},
		"kube-proxy":              {Name: "system:kube-proxy"},
		"kubelet":                 {Name: "system:node:" + Name, Groups: []string{"system:nodes"}},
	} {
		pair, err := authority.Issue(subject)
		if err != nil {
			return err
		}
		if err := pki.WriteKubeconfig(n.kubeconfigOf(name), inside, authority.Cert, pair); err != nil {
			return err
		}
	}
	administrator, err := authority.Issue(pki.Subject{Name: "orderly-admin", Groups: []string{"system:masters"}})
	if err != nil {
		return err
	}
	return pki.WriteKubeconfig(n.Kubeconfig(), Server, authority.Cert, administrator)
}

func (n *Node) kubeconfigOf(component string) string {
	return n.pki(fmt.Sprintf("%s.kubeconfig", component))
}
