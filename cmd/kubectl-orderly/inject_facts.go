package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"orderly.dev/cmd/kubectl-orderly/manifest"
	"orderly.dev/mutate"
	"orderly.dev/webhook"
)

// knownFacts stand for what the webhook finds out.
type knownFacts struct {
	// surroundings are what the flags say about the cluster and the namespace.
	surroundings mutate.Facts
	// images are asked about Pods only.
	images []webhook.Source
}

// source adds the surroundings.
func (k knownFacts) source(_ context.Context, _ *corev1.Pod, facts *mutate.Facts) error {
	facts.ImageVolumes, facts.Limits, facts.Quotas = k.surroundings.ImageVolumes, k.surroundings.Limits, k.surroundings.Quotas
	return nil
}

// imageCommand is what an image runs, as the user says.
type imageCommand struct {
	Entrypoint []string `json:"entrypoint"`
	Cmd        []string `json:"cmd"`
	StopSignal string   `json:"stopSignal"`
}

// imageCommands are by the references of images, to the letter.
type imageCommands map[string]imageCommand

func readImageCommands(path string) (imageCommands, error) {
	if path == "" {
		return nil, nil
	}
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("--image-commands: %w", err)
	}
	var commands imageCommands
	if err := yaml.UnmarshalStrict(text, &commands); err != nil {
		return nil, fmt.Errorf("--image-commands: %s is not of the form IMAGE: {entrypoint: [WORD], cmd: [WORD], stopSignal: NAME}: %w", path, err)
	}
	return commands, nil
}

// source answers for the images that it knows, for every platform.
func (c imageCommands) source(config mutate.Config) webhook.Source {
	return eachLookup(config, func(l mutate.Lookup) (mutate.Image, bool) {
		command, known := c[l.Image]
		var image mutate.Image
		for _, p := range l.Platforms {
			image.Platforms = append(image.Platforms, mutate.ImagePlatform{
				OS: p.OS, Architecture: p.Architecture, Entrypoint: command.Entrypoint, Cmd: command.Cmd, StopSignal: command.StopSignal,
			})
		}
		return image, known
	})
}

// unasked answers for every image that nothing else answered for.
func unasked(config mutate.Config) webhook.Source {
	return eachLookup(config, func(mutate.Lookup) (mutate.Image, bool) {
		return mutate.Image{Problem: "with --lookup=false no registry is asked, and --image-commands does not name the image"}, true
	})
}

func eachLookup(config mutate.Config, answer func(mutate.Lookup) (mutate.Image, bool)) webhook.Source {
	return func(_ context.Context, pod *corev1.Pod, facts *mutate.Facts) error {
		for _, l := range mutate.Lookups(pod, config, *facts) {
			image, known := answer(l)
			if !known {
				continue
			}
			if facts.Images == nil {
				facts.Images = map[string]mutate.Image{}
			}
			facts.Images[l.Container] = image
		}
		return nil
	}
}

// readLimitRanges gives the items of the LimitRanges in files, with the API's defaults.
func readLimitRanges(paths []string) ([]corev1.LimitRangeItem, error) {
	ranges, err := readObjects[corev1.LimitRange](paths, "LimitRange", "--limit-range")
	if err != nil {
		return nil, err
	}
	var items []corev1.LimitRangeItem
	for _, r := range ranges {
		for i := range r.Spec.Limits {
			fillLimits(&r.Spec.Limits[i])
			items = append(items, r.Spec.Limits[i])
		}
	}
	return items, nil
}

// readQuotas gives the names of what the ResourceQuotas in files count.
func readQuotas(paths []string) ([]corev1.ResourceName, error) {
	quotas, err := readObjects[corev1.ResourceQuota](paths, "ResourceQuota", "--quota")
	if err != nil {
		return nil, err
	}
	var names []corev1.ResourceName
	for _, q := range quotas {
		for name := range q.Spec.Hard {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// readObjects reads the objects of one kind, in version v1, from files that hold nothing else.
func readObjects[T any](paths []string, kind, flag string) ([]*T, error) {
	var objects []*T
	for _, path := range paths {
		text, err := readFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		for _, d := range manifest.Split(text) {
			read, err := readDocument[T](d, kind)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", flag, place(path, d), err)
			}
			objects = slices.Concat(objects, read)
		}
	}
	return objects, nil
}

func readDocument[T any](d manifest.Document, kind string) ([]*T, error) {
	page, err := manifest.Parse(d)
	if err != nil {
		return nil, err
	}
	var objects []*T
	for o := range page.Objects() {
		if o.Kind != kind || o.APIVersion != "v1" {
			return nil, fmt.Errorf("a %s of %s is no %s of v1", o.Kind, o.APIVersion, kind)
		}
		object := new(T)
		if err := utiljson.Unmarshal(o.Raw, object); err != nil {
			return nil, fmt.Errorf("reading the %s: %w", kind, err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return readBounded(file, path)
}
