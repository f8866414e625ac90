package build

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryComponentHasAModuleThatNamesItsVersionAndItsPrograms(t *testing.T) {
	source := findSource(t)
	for _, kube := range kubernetesVersions(source) {
		for _, c := range Components() {
			t.Run(kube+" "+c.Name, func(t *testing.T) {
				file, version, err := c.modfile(source, kube)
				require.NoError(t, err)
				if c.Module == kubernetes {
					require.Equal(t, "v"+kube, version)
				}
				if c.Module == "" {
					return
				}
				content, err := os.ReadFile(file)
				require.NoError(t, err)
				for _, p := range c.Programs {
					require.Contains(t, string(content), p.Package+"\n", "as a tool in %s", file)
				}
			})
		}
	}
	require.Contains(t, kubernetesVersions(source), DefaultKubernetes)
}

func TestAnUnknownVersionIsRefusedWithTheWayOut(t *testing.T) {
	_, _, err := kubernetesProgram("kubectl", 0).modfile(findSource(t), "1.2.3")
	require.ErrorContains(t, err, "1.2.3")
	require.ErrorContains(t, err, DefaultKubernetes)
	require.ErrorContains(t, err, "new-version.sh")
}

func TestTheVersionIsReadFromTheModfile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "go.mod")
	require.NoError(t, os.WriteFile(path, []byte(
		"module x\n\nrequire example.com/a v1.2.3\n\nrequire (\n\texample.com/b/v2 v2.0.1 // indirect\n)\n\nreplace example.com/c => example.com/c v0.1.0\n"), 0o600))
	for module, want := range map[string]string{"example.com/a": "v1.2.3", "example.com/b/v2": "v2.0.1"} {
		got, err := required(path, module)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := required(path, "example.com/c")
	require.ErrorContains(t, err, "does not require example.com/c")
}

func TestKubernetesReportsTheVersionItIs(t *testing.T) {
	flags := kubernetesProgram("kubelet", 0).linkerFlags("v1.37.1")
	for _, want := range []string{
		"k8s.io/component-base/version.gitVersion=v1.37.1",
		"k8s.io/component-base/version.gitMajor=1",
		"k8s.io/component-base/version.gitMinor=37",
	} {
		require.Contains(t, flags, want)
	}
}

func TestTheKeyChangesWithWhatTheResultDependsOnAndNothingElse(t *testing.T) {
	key := func(modfile, sum string, change func(*Component)) string {
		folder := t.TempDir()
		path := filepath.Join(folder, "go.mod")
		require.NoError(t, os.WriteFile(path, []byte(modfile), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "go.sum"), []byte(sum), 0o600))
		c := Component{Name: "x", Module: "example.com/x", Programs: []Program{{"example.com/x", "x"}}}
		change(&c)
		key, err := c.key(folder, path, c.flags(path, "v1"))
		require.NoError(t, err)
		return key
	}
	nothing := func(*Component) {}
	base := key("module x", "sum", nothing)
	require.Equal(t, base, key("module x", "sum", nothing), "another folder")
	require.NotEqual(t, base, key("module y", "sum", nothing))
	require.NotEqual(t, base, key("module x", "other", nothing))
	require.NotEqual(t, base, key("module x", "sum", func(c *Component) { c.Tags = "tag" }))
	require.NotEqual(t, base, key("module x", "sum", func(c *Component) { c.Versions = []string{"v"} }))
	require.NotEqual(t, base, key("module x", "sum", func(c *Component) { c.Programs[0].Name = "y" }))
}

func TestABuildIsKeptOnceItIsWhole(t *testing.T) {
	var out bytes.Buffer
	b := Builder{Source: findSource(t), Cache: t.TempDir(), Kube: DefaultKubernetes, Out: &out}
	leftover := filepath.Join(b.Cache, ".building-pause-1")
	require.NoError(t, os.Mkdir(leftover, 0o755))

	programs, err := b.Build(t.Context(), "pause")
	require.NoError(t, err)
	require.FileExists(t, programs["pause"])
	require.NoDirExists(t, leftover, "what a killed build left is removed")
	require.Equal(t, 1, strings.Count(out.String(), "building pause"))

	again, err := b.Build(t.Context(), "pause")
	require.NoError(t, err)
	require.Equal(t, programs, again)
	require.Equal(t, 1, strings.Count(out.String(), "building pause"), "it was not built again")
}

func TestAnUnknownComponentIsRefusedWithTheKnownOnes(t *testing.T) {
	_, err := Builder{Source: findSource(t), Cache: t.TempDir(), Kube: DefaultKubernetes}.Build(t.Context(), "pause", "docker")
	require.ErrorContains(t, err, `"docker"`)
	require.ErrorContains(t, err, "containerd")
}

func TestALinkIsPointedElsewhere(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	for _, target := range []string{"/a", "/b", "/b"} {
		require.NoError(t, relink(target, link))
		got, err := os.Readlink(link)
		require.NoError(t, err)
		require.Equal(t, target, got)
	}
}

func findSource(t *testing.T) string {
	t.Helper()
	source, err := FindSource()
	require.NoError(t, err)
	return source
}
