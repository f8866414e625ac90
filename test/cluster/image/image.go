package image

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Settings are what a Dockerfile would say beside COPY.
type Settings struct {
	Entrypoint []string
	Cmd        []string
	Env        []string
	User       string
	WorkingDir string
}

// New makes an image of one layer for this machine's processor.
func New(files []File, settings Settings) (v1.Image, error) {
	var content bytes.Buffer // the largest image of ours is some tens of megabytes
	if err := writeTar(&content, files); err != nil {
		return nil, err
	}
	// Fast compression: images go from this machine to this machine.
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content.Bytes())), nil
	}, tarball.WithCompressionLevel(gzip.BestSpeed))
	if err != nil {
		return nil, fmt.Errorf("making a layer: %w", err)
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, fmt.Errorf("adding a layer: %w", err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the new image's settings: %w", err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config = v1.Config{
		Entrypoint: settings.Entrypoint, Cmd: settings.Cmd, Env: settings.Env,
		User: settings.User, WorkingDir: settings.WorkingDir,
	}
	return mutate.ConfigFile(image, config)
}

// Push puts the image into the registry that its name names and returns name@digest.
func Push(ctx context.Context, reference string, image v1.Image) (string, error) {
	tag, err := name.NewTag(reference, name.StrictValidation, name.Insecure)
	if err != nil {
		return "", fmt.Errorf("%q is no name for an image: %w", reference, err)
	}
	if err := remote.Write(tag, image, remote.WithContext(ctx)); err != nil {
		return "", fmt.Errorf("pushing %s: %w", reference, err)
	}
	digest, err := image.Digest()
	if err != nil {
		return "", fmt.Errorf("reading the digest of %s: %w", reference, err)
	}
	return tag.Name() + "@" + digest.String(), nil
}

// WriteArchive writes the image as an archive that can be imported where no registry is.
func WriteArchive(path, reference string, image v1.Image) error {
	tag, err := name.NewTag(reference, name.StrictValidation)
	if err != nil {
		return fmt.Errorf("%q is no name for an image: %w", reference, err)
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("writing the archive of %s: %w", reference, err)
	}
	defer func() { _ = file.Close() }()
	if err := tarball.Write(tag, image, file); err != nil {
		return fmt.Errorf("writing the archive of %s: %w", reference, err)
	}
	return file.Close()
}
