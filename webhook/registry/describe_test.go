package registry

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	imageof "github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"orderly.dev/mutate"
)

// pushIndex puts an index of images there, one for each platform such as linux/arm64/v8.
func (f *fakeRegistry) pushIndex(t *testing.T, repository string, media types.MediaType, platforms ...string) {
	t.Helper()
	index := imageof.IndexMediaType(empty.Index, media)
	for _, text := range platforms {
		platform, err := v1.ParsePlatform(text)
		require.NoError(t, err)
		index = imageof.AppendManifests(index, imageof.IndexAddendum{
			Add: mustImage(t, platform.Architecture, "/"+text), Descriptor: v1.Descriptor{Platform: platform},
		})
	}
	ref, err := name.ParseReference(f.host() + "/" + repository)
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(ref, index, remote.WithTransport(f.Client().Transport),
		remote.WithAuth(&authn.Basic{Username: "a", Password: f.users["a"]})))
	f.forget()
}

func TestOfAnIndexThePlatformsThatMatterAreRead(t *testing.T) {
	for _, media := range []types.MediaType{types.OCIImageIndex, types.DockerManifestList} {
		t.Run(string(media), func(t *testing.T) {
			f := startRegistry(t)
			f.pushIndex(t, "public/app:v1", media, "linux/amd64", "linux/s390x", "linux/arm64/v8", "windows/amd64", "unknown/unknown")
			got := find(t, f.lookUp(t), "none", f.host()+"/public/app:v1")
			require.Equal(t, mutate.Image{Platforms: []mutate.ImagePlatform{
				{OS: "linux", Architecture: "amd64", Entrypoint: []string{"/linux/amd64"}},
				{OS: "linux", Architecture: "arm64", Variant: "v8", Entrypoint: []string{"/linux/arm64/v8"}},
			}}, got)
			require.Len(t, f.forget(), 6, "HEAD, the index, and two times a manifest and a configuration")
		})
	}
}

func TestAnIndexWithoutThePlatformsThatMatterIsEmpty(t *testing.T) {
	f := startRegistry(t)
	f.pushIndex(t, "public/app:v1", types.OCIImageIndex, "linux/s390x")
	require.Equal(t, mutate.Image{}, find(t, f.lookUp(t), "none", f.host()+"/public/app:v1"))
}

func TestAnIndexWithTooManyImagesIsRefused(t *testing.T) {
	f := startRegistry(t)
	f.pushIndex(t, "public/app:v1", types.OCIImageIndex, strings.Split(strings.Repeat("linux/arm64/v8 ", maxPlatforms)+"linux/arm64", " ")...)
	require.Contains(t, find(t, f.lookUp(t), "none", f.host()+"/public/app:v1").Problem, "its index has 9 images")
}

func TestWhatIsNoImageIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name, media, manifest, want string
	}{
		{"something of another type", "application/json", "{}", `its manifest is of type "application/json"`},
		{"an image of the old schema", string(types.DockerManifestSchema1Signed), "{}", "v1+prettyjws"},
		{"no JSON", string(types.OCIManifestSchema1), "{", "its manifest cannot be read"},
		{"no JSON in an index", string(types.OCIImageIndex), "{", "its index cannot be read"},
		{"a chart", string(types.OCIManifestSchema1), `{"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"}}`, "it is not an image of a container"},
		{"a large configuration", string(types.OCIManifestSchema1), `{"config":{"mediaType":"` + string(types.OCIConfigJSON) + `","size":99999999}}`,
			"its configuration has 99999999 bytes, and at most 1048576 are read"},
		{"a small manifest of many parts", string(types.OCIManifestSchema1), `{"layers":[` + strings.Repeat("{},", maxValues+1) + `{}]}`, "16384 values"},
		{"a large manifest", string(types.OCIManifestSchema1), strings.Repeat(" ", maxAnswer+1), "its answer has more than 1048576 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := startRegistry(t)
			digest, _, err := v1.SHA256(strings.NewReader(tc.manifest))
			require.NoError(t, err)
			f.intercept(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, "/manifests/") {
					return false
				}
				w.Header().Set("Content-Type", tc.media)
				w.Header().Set("Docker-Content-Digest", digest.String())
				_, _ = w.Write([]byte(tc.manifest))
				return true
			})
			require.Contains(t, find(t, f.lookUp(t), "none", f.host()+"/public/app:v1").Problem, tc.want)
		})
	}
}

func TestWithoutHeadThereIsGet(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "public/app:v1")
	f.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
		return r.Method == http.MethodHead
	})
	requireApp(t, find(t, f.lookUp(t), "none", f.host()+"/public/app:v1"))
}

func TestWhatARegistrySaysIsShownOnlyInItsOwnForm(t *testing.T) {
	for _, tc := range []struct {
		name, body, want string
	}{
		{"a page of somebody else's", "<html>internal host 10.0.0.1</html>", "says 418 I'm a teapot"},
		{"a code and a message", `{"errors":[{"code":"UNSUPPORTED","message":"tea\nonly","detail":"secret"}]}`, "says 418 I'm a teapot, UNSUPPORTED: tea only"},
		{"a long message", `{"errors":[{"code":"X","message":"` + strings.Repeat("é", 5000) + `"}]}`, "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := startRegistry(t)
			f.intercept(func(w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(http.StatusTeapot)
				_, _ = w.Write([]byte(tc.body))
				return true
			})
			got := find(t, f.lookUp(t), "none", f.host()+"/public/app:v1").Problem
			require.True(t, strings.HasSuffix(got, tc.want), got)
			require.Less(t, len(got), 400)
		})
	}
}

func TestCausesThatAnOperatorCanHelpAreNamed(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "public/app:v1")
	unknowing, err := New(Options{})
	require.NoError(t, err)
	require.Contains(t, find(t, unknowing, "none", f.host()+"/public/app:v1").Problem, "--registry-ca-file")
	require.Contains(t, find(t, unknowing, "none", "Not A Reference").Problem, "its reference is not right")
	require.Contains(t, find(t, unknowing, "none", "127.0.0.1:1/app").Problem, "connection refused")
}
