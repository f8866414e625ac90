package registry

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"orderly.dev/mutate"
)

// Deadline is how long all look-ups for one Pod may take together, by default. It lies well within the 10 seconds that the API server
// waits for the webhook, so that there is time to say what took so long.
const Deadline = 5 * time.Second

const (
	// maxPins bounds what is remembered of tags, some 500 bytes each, at most three times [maxReference].
	maxPins = 5000
	// maxDescriptions bounds what is remembered of images, some 500 bytes each, at most [maxWords].
	maxDescriptions = 1000
)

// Options are what an operator decides about look-ups.
type Options struct {
	// Secrets reads the Secrets of a Pod's imagePullSecrets. Nil reads none.
	Secrets SecretReader
	// OwnLogins makes the logins of whoever runs the program count, as docker and podman keep them, in place of the imagePullSecrets of
	// Pods. It is for programs that a person runs, and contradicts Secrets.
	OwnLogins bool
	// DockerConfig is the path of a docker configuration, as in ~/.docker/config.json, whose entries count behind those of the Pod.
	// What they open is open to every Pod. Entries that need a credential helper do not count. Empty means none.
	DockerConfig string
	// CAFile is the path of PEM certificates that are trusted beside the system's. Empty means none.
	CAFile string
	// PlainHTTP lists registries, as HOST or HOST:PORT, that are asked without TLS where they do not speak it.
	PlainHTTP []string
	// Deadline bounds all look-ups for a Pod. 0 means [Deadline].
	Deadline time.Duration
}

// Registry looks images up. It may be used by many at once.
type Registry struct {
	options      Options
	transport    http.RoundTripper
	pins         *memory[reply[name.Digest]]
	descriptions *memory[reply[[]mutate.ImagePlatform]]
	pin          asker[name.Digest]
	describe     asker[[]mutate.ImagePlatform]
}

// New checks the options, reading the files that they name.
func New(options Options) (*Registry, error) {
	if options.OwnLogins && options.Secrets != nil {
		return nil, errors.New("logins come from imagePullSecrets (Secrets) or from who runs the program (OwnLogins), not from both")
	}
	authorities, err := readAuthorities(options.CAFile)
	if err != nil {
		return nil, err
	}
	if options.Deadline == 0 {
		options.Deadline = Deadline
	}
	if _, err := readDockerConfig(options.DockerConfig); err != nil {
		return nil, err
	}
	for _, host := range options.PlainHTTP {
		if parsed, err := name.NewRegistry(host); err != nil || parsed.RegistryStr() != host || host == "" {
			return nil, fmt.Errorf("a registry without TLS: %q is not of the form HOST or HOST:PORT", host)
		}
	}
	r := &Registry{
		options:      options,
		transport:    newTransport(authorities, options.PlainHTTP),
		pins:         newMemory[reply[name.Digest]](maxPins, time.Now),
		descriptions: newMemory[reply[[]mutate.ImagePlatform]](maxDescriptions, time.Now),
	}
	slots := newSlots(maxAtOnce, maxOfRegistry)
	r.pin = remember(share(limit(pin, slots), pinKey, options.Deadline), r.pins, sharing{pinKey, pinKey}, pinLifetime)
	r.describe = remember(share(limit(describe, slots), flightKey, options.Deadline), r.descriptions,
		sharing{answers: descriptionKey, failures: flightKey}, descriptionLifetime)
	return r, nil
}

// pinKey tells those with different credentials apart: a pin is the proof that somebody may read the repository.
func pinKey(q query) string { return q.login.key + " " + q.ref.Name() }

// descriptionKey does not: whoever comes here has a pin. The repository is a part of the reference's name, because a registry
// may claim any digest to be one of its own.
func descriptionKey(q query) string { return fmt.Sprint(q.ref.Name(), q.platforms) }

// flightKey tells them apart, because a description is read with the credentials of the first who asks: they may be refused, or have
// asked too often.
func flightKey(q query) string { return q.login.key + " " + descriptionKey(q) }

// ask looks an image up with one login.
func (r *Registry) ask(ctx context.Context, q query) ([]mutate.ImagePlatform, error) {
	puller, err := remote.NewPuller(
		remote.WithTransport(r.transport), remote.WithAuth(q.login.authenticator()), remote.WithUserAgent("orderly"),
		// The transport asks again where that is of use.
		remote.WithRetryStatusCodes(), remote.WithRetryPredicate(func(error) bool { return false }),
	)
	if err != nil {
		return nil, explain(err, q.ref.Context().RegistryStr(), 0)
	}
	q.puller = puller
	digest, err := r.pin(ctx, q)
	if err != nil {
		return nil, err
	}
	q.ref = digest
	return r.describe(ctx, q)
}

// public answers from memory where everybody may know: credentials need not be read then.
func (r *Registry) public(q query) ([]mutate.ImagePlatform, bool) {
	pinned, found := r.pins.get(pinKey(q))
	if !found || pinned.failed != nil {
		return nil, false
	}
	q.ref = pinned.answer
	described, found := r.descriptions.get(descriptionKey(q))
	return described.answer, found && described.failed == nil
}

// parse reads a reference as container runtimes do: without a host it is on Docker Hub, without a tag it is latest.
func (r *Registry) parse(image string) (name.Reference, error) {
	ref, err := name.ParseReference(image)
	if err == nil && slices.Contains(r.options.PlainHTTP, ref.Context().RegistryStr()) {
		return name.ParseReference(image, name.Insecure)
	}
	return ref, err
}

// readAuthorities gives the system's authorities and those of a file.
func readAuthorities(file string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("reading the system's certificate authorities: %w", err)
	}
	if file == "" {
		return pool, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading certificate authorities: %w", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("reading certificate authorities: " + file + " holds no certificate in PEM")
	}
	return pool, nil
}

// readDockerConfig reads the operator's file anew each time: it may be a Secret that changes.
func readDockerConfig(file string) (keyring, error) {
	var ring keyring
	if file == "" {
		return ring, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return ring, fmt.Errorf("reading the docker configuration: %w", err)
	}
	if err := ring.addConfig(text); err != nil {
		return ring, fmt.Errorf("reading the docker configuration %s: not of the form {\"auths\": {HOST: {\"auth\": …}}}", file) // what is wrong in it may be secret
	}
	return ring, nil
}
