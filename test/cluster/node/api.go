package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// client speaks to the API server as the administrator; a few GETs need no library.
type client struct {
	http   *http.Client
	server string
}

// newClient uses the administrator's kubeconfig, so that every Up also proves that file.
func newClient(kubeconfig string) (client, error) {
	content, err := os.ReadFile(kubeconfig)
	if err != nil {
		return client{}, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server    string
				Authority []byte `json:"certificate-authority-data"`
			}
		}
		Users []struct {
			User struct {
				Cert []byte `json:"client-certificate-data"`
				Key  []byte `json:"client-key-data"`
			}
		}
	}
	if err := json.Unmarshal(content, &config); err != nil {
		return client{}, fmt.Errorf("%s is not a kubeconfig of this program: %w", kubeconfig, err)
	}
	if len(config.Clusters) == 0 || len(config.Users) == 0 {
		return client{}, fmt.Errorf("%s is not a kubeconfig of this program: it names no cluster or no user", kubeconfig)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(config.Clusters[0].Cluster.Authority)
	pair, err := tls.X509KeyPair(config.Users[0].User.Cert, config.Users[0].User.Key)
	if err != nil {
		return client{}, fmt.Errorf("reading the certificate in %s: %w", kubeconfig, err)
	}
	return client{server: config.Clusters[0].Cluster.Server, http: &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			RootCAs: authorities, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
		}},
	}}, nil
}

// maxAnswer bounds what is read of an answer; a Node with all its images is some tens of kilobytes.
const maxAnswer = 4 << 20

// get reads one object, or just the status where into is nil.
func (c client) get(ctx context.Context, path string, into any) error {
	return fetch(ctx, c.http, c.server+path, into)
}

func fetch(ctx context.Context, with *http.Client, url string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := with.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", url, err)
	}
	if answer.StatusCode != http.StatusOK {
		const enough = 300
		return fmt.Errorf("%s answers %s: %s", url, answer.Status, strings.TrimSpace(string(body[:min(len(body), enough)])))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

// nodeReady tells whether Pods can run: the kubelet says Ready, and the taints that a new node has are gone.
func (c client) nodeReady(ctx context.Context) error {
	var node struct {
		Spec struct {
			Taints []struct{ Key string }
		}
		Status struct {
			Conditions []struct{ Type, Status, Message string }
		}
	}
	if err := c.get(ctx, "/api/v1/nodes/"+Name, &node); err != nil {
		return err
	}
	for _, taint := range node.Spec.Taints {
		return fmt.Errorf("the node has the taint %s", taint.Key)
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" && condition.Status == "True" {
			return nil
		}
		if condition.Type == "Ready" {
			return fmt.Errorf("the node is not Ready: %s", condition.Message)
		}
	}
	return errors.New("the node has no condition Ready yet")
}
