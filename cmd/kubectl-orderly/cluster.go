package main

import (
	"fmt"

	"github.com/spf13/pflag"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// cluster is where to look, chosen by kubectl's flags and files.
type cluster struct {
	rules     *clientcmd.ClientConfigLoadingRules
	overrides clientcmd.ConfigOverrides
}

// newCluster adds kubectl's flags for the cluster and the namespace: --kubeconfig, --context, --namespace and so on.
func newCluster(flags *pflag.FlagSet) *cluster {
	c := &cluster{rules: clientcmd.NewDefaultClientConfigLoadingRules()}
	flags.StringVar(&c.rules.ExplicitPath, "kubeconfig", "", "Path to the kubeconfig file to use for CLI requests.")
	clientcmd.BindOverrideFlags(&c.overrides, flags, clientcmd.RecommendedConfigOverrideFlags(""))
	return c
}

// connect gives what looks objects up in the chosen namespace. It does not call the API server yet.
func (c *cluster) connect() (*finder, error) {
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(c.rules, &c.overrides)
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, fmt.Errorf("choosing the namespace: %w; see --kubeconfig, --context and --namespace", err)
	}
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("choosing the cluster: %w; name a kubeconfig with --kubeconfig or $KUBECONFIG", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	return &finder{client: client, namespace: namespace}, nil
}
