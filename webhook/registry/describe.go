package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"orderly.dev/mutate"
)

const (
	// maxPlatforms bounds the images of an index that are looked at. Variants of an architecture count by themselves.
	maxPlatforms = 8
	// maxWords bounds what is remembered of an image with all its platforms, in bytes. Each word counts as 16 more, for its header.
	maxWords = 32 << 10
)

// describe reads what the image of a digest, which the query's reference is, says about itself for the platforms that matter. The
// client compares the digest of everything that it reads.
func describe(ctx context.Context, q query) ([]mutate.ImagePlatform, error) {
	began := time.Now()
	platforms, err := readPlatforms(ctx, q)
	if err != nil {
		return nil, explain(err, q.ref.Context().RegistryStr(), time.Since(began))
	}
	return platforms, nil
}

func readPlatforms(ctx context.Context, q query) ([]mutate.ImagePlatform, error) {
	manifest, err := q.puller.Get(ctx, q.ref)
	if err != nil {
		return nil, err
	}
	if !manifest.MediaType.IsIndex() {
		one, err := readImage(manifest)
		if err != nil {
			return nil, err
		}
		platforms := []mutate.ImagePlatform{one}
		return platforms, checkWords(platforms)
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(manifest.Manifest))
	if err != nil {
		return nil, &failure{broken, "its index cannot be read: " + short(err.Error())}
	}
	chosen := choose(index.Manifests, q.platforms)
	if len(chosen) > maxPlatforms {
		return nil, &failure{broken, fmt.Sprintf("its index has %d images for the platforms that matter, and at most %d are looked at", len(chosen), maxPlatforms)}
	}
	var platforms []mutate.ImagePlatform
	for _, descriptor := range chosen {
		child, err := q.puller.Get(ctx, q.ref.Context().Digest(descriptor.Digest.String()))
		if err != nil {
			return nil, err
		}
		read, err := readImage(child)
		if err != nil {
			return nil, err
		}
		read.OS, read.Architecture, read.Variant = descriptor.Platform.OS, descriptor.Platform.Architecture, descriptor.Platform.Variant
		platforms = append(platforms, read)
	}
	return platforms, checkWords(platforms)
}

// choose leaves out images for other platforms, and what is no image: attestations have the platform unknown/unknown, and other
// artifacts none.
func choose(descriptors []v1.Descriptor, platforms []mutate.Platform) []v1.Descriptor {
	return slices.DeleteFunc(slices.Clone(descriptors), func(d v1.Descriptor) bool {
		return !d.MediaType.IsImage() || d.Platform == nil ||
			!slices.Contains(platforms, mutate.Platform{OS: d.Platform.OS, Architecture: d.Platform.Architecture})
	})
}

// imageConfig is of an image's configuration what counts here. The rest, such as the history, is passed over.
type imageConfig struct {
	OS, Architecture, Variant string
	Config                    struct {
		Entrypoint, Cmd []string
		StopSignal      string
	}
}

// readImage reads the configuration that a manifest names.
func readImage(descriptor *remote.Descriptor) (mutate.ImagePlatform, error) {
	if !descriptor.MediaType.IsImage() {
		return mutate.ImagePlatform{}, &failure{broken, fmt.Sprintf("its manifest is of type %q, which is not that of an image that can be looked up", short(string(descriptor.MediaType)))}
	}
	var manifest struct{ Config v1.Descriptor }
	if err := json.Unmarshal(descriptor.Manifest, &manifest); err != nil {
		return mutate.ImagePlatform{}, &failure{broken, "its manifest cannot be read: " + short(err.Error())}
	}
	if problem := configProblem(manifest.Config); problem != "" {
		return mutate.ImagePlatform{}, &failure{broken, problem}
	}
	image, err := descriptor.Image()
	if err != nil {
		return mutate.ImagePlatform{}, err
	}
	text, err := image.RawConfigFile()
	if err != nil {
		return mutate.ImagePlatform{}, err
	}
	var config imageConfig
	if err := json.Unmarshal(text, &config); err != nil {
		return mutate.ImagePlatform{}, &failure{broken, "its configuration cannot be read: " + short(err.Error())}
	}
	return mutate.ImagePlatform{
		OS: config.OS, Architecture: config.Architecture, Variant: config.Variant,
		Entrypoint: config.Config.Entrypoint, Cmd: config.Config.Cmd, StopSignal: config.Config.StopSignal,
	}, nil
}

func configProblem(config v1.Descriptor) string {
	switch {
	case config.MediaType != types.DockerConfigJSON && config.MediaType != types.OCIConfigJSON:
		return fmt.Sprintf("it is not an image of a container: its configuration is of type %q", short(string(config.MediaType)))
	case config.Size > maxAnswer:
		return fmt.Sprintf("its configuration has %d bytes, and at most %d are read", config.Size, maxAnswer)
	}
	return ""
}

func checkWords(platforms []mutate.ImagePlatform) error {
	size := 0
	for _, p := range platforms {
		for _, word := range slices.Concat(p.Entrypoint, p.Cmd, []string{p.OS, p.Architecture, p.Variant, p.StopSignal}) {
			size += len(word) + 16
		}
	}
	if size > maxWords {
		return &failure{broken, fmt.Sprintf("its command is too long: it may have %d bytes", maxWords)}
	}
	return nil
}
