package registry

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
)

const (
	// maxOfPod bounds the images of one Pod that are looked up at a time.
	maxOfPod = 8
	// maxReference bounds a reference, in bytes, because it is remembered: a host has up to 253, a repository 255, and a tag or a digest
	// some more.
	maxReference = 1 << 10
)

// Source finds out about the images of a Pod, those that [mutate.Lookups] names. What is wrong with an image is a fact about it,
// too; errors are ours.
func (r *Registry) Source(config mutate.Config) func(ctx context.Context, pod *corev1.Pod, facts *mutate.Facts) error {
	return func(ctx context.Context, pod *corev1.Pod, facts *mutate.Facts) error {
		lookups := mutate.Lookups(pod, config, *facts)
		if len(lookups) == 0 {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, r.options.Deadline)
		defer cancel()
		images, err := r.Find(ctx, pod, lookups)
		if err != nil {
			return err
		}
		if facts.Images == nil {
			facts.Images = map[string]mutate.Image{}
		}
		for i, l := range lookups {
			facts.Images[l.Container] = images[i]
		}
		return nil
	}
}

// Find looks images up with the credentials of a Pod, several at a time, and returns what it found in the order of the look-ups.
func (r *Registry) Find(ctx context.Context, pod *corev1.Pod, lookups []mutate.Lookup) ([]mutate.Image, error) {
	mine := sync.OnceValue(func() credentials { return r.readCredentials(ctx, pod) })
	images := make([]mutate.Image, len(lookups))
	var group errgroup.Group
	group.SetLimit(maxOfPod)
	for i, l := range lookups {
		group.Go(func() (err error) {
			defer func() { // nobody above would catch it
				if caught := recover(); caught != nil {
					err = fmt.Errorf("looking up the image of container %s panicked: %v", l.Container, caught)
				}
			}()
			images[i] = r.findOne(ctx, l, mine)
			return nil
		})
	}
	return images, group.Wait()
}

func (r *Registry) findOne(ctx context.Context, l mutate.Lookup, mine func() credentials) mutate.Image {
	if len(l.Platforms) == 0 {
		return mutate.Image{} // there is nothing to be asked
	}
	if len(l.Image) > maxReference {
		return mutate.Image{Problem: fmt.Sprintf("its reference has more than %d bytes", maxReference)}
	}
	ref, err := r.parse(l.Image)
	if err != nil {
		return mutate.Image{Problem: "its reference is not right: " + short(err.Error())}
	}
	q := query{ref: ref, platforms: l.Platforms}
	if platforms, known := r.public(q); known {
		return mutate.Image{Platforms: platforms}
	}
	all := mine()
	if r.options.OwnLogins {
		all = all.withOwn(ctx, ref.Context())
	}
	if ctx.Err() != nil { // the registry is not to blame
		return mutate.Image{Problem: strings.Join(append([]string{"there was no time left to ask its registry"}, all.notes...), "; ")}
	}
	logins := all.find(ref.Context())
	var last *failure
	for _, q.login = range logins {
		platforms, err := r.ask(ctx, q)
		if err == nil {
			return mutate.Image{Platforms: platforms}
		}
		last = explain(err, ref.Context().RegistryStr(), 0)
		if last.kind == unreachable || last.kind == unasked { // other credentials are of no help
			break
		}
	}
	return mutate.Image{Problem: problem(last, logins, all)}
}

// problem says what to do about a failure. Some registries say of what is private that it is not there, so the credentials that could
// not be read are named for both.
func problem(f *failure, logins []login, all credentials) string {
	if f.kind != refused && f.kind != absent {
		return f.text
	}
	parts := []string{f.text}
	switch {
	case f.kind == absent:
	case all.own.key != "":
		parts = append(parts, "to your login for it")
	case logins[0].key != "":
		parts = append(parts, fmt.Sprintf("to the %s for it in imagePullSecrets and the operator's configuration", count(len(logins), "login")))
	case len(all.notes) == 0:
		parts = append(parts, "the image is private, or not there: name a Secret for it in imagePullSecrets of the Pod or its ServiceAccount")
	default:
		parts = append(parts, "the image is private, or not there")
	}
	return strings.Join(append(parts, all.notes...), "; ")
}

func count(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
