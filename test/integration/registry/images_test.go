package registry

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	imageof "github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"
)

var asAdmin = remote.WithAuth(&authn.Basic{Username: "a", Password: "correct-a"})

// makeImage gives an image with a command and a stop signal.
func makeImage(t *testing.T, architecture string, command ...string) v1.Image {
	t.Helper()
	image, err := imageof.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: architecture, RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{Entrypoint: command[:1], Cmd: command[1:], StopSignal: "SIGQUIT"},
	})
	require.NoError(t, err)
	return image
}

// push puts an image into a registry and returns its digest.
func push(t *testing.T, reference string, image v1.Image) string {
	t.Helper()
	ref, err := name.ParseReference(reference)
	require.NoError(t, err)
	require.NoError(t, remote.Write(ref, image, asAdmin, remote.WithTransport(trusting())))
	digest, err := image.Digest()
	require.NoError(t, err)
	return digest.String()
}

// pushIndex puts an index there whose images run /amd64 and /arm64, with an attestation beside them.
func pushIndex(t *testing.T, reference string) {
	t.Helper()
	index := imageof.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, platform := range []v1.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "linux", Architecture: "arm64"}, {OS: "unknown", Architecture: "unknown"}} {
		index = imageof.AppendManifests(index, imageof.IndexAddendum{
			Add: makeImage(t, platform.Architecture, "/"+platform.Architecture), Descriptor: v1.Descriptor{Platform: &platform},
		})
	}
	ref, err := name.ParseReference(reference)
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(ref, index, asAdmin, remote.WithTransport(trusting())))
}
