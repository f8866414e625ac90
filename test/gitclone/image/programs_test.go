package image

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGitMakesARepositoryWithoutComplaint(t *testing.T) {
	tree, output, code := run(t, "git --version\ngit init --quiet here\ngit -C here submodule update --init --recursive\n")
	require.Zero(t, code, output)
	require.Regexp(t, `^git version \d+\.\d+\.\d+\n$`, output)
	require.NoDirExists(t, filepath.Join(tree, "here/.git/hooks"))
}

func TestSSHRunsForAnyUserThatIsListed(t *testing.T) {
	_, output, code := run(t, "ssh -V\n")
	require.Equal(t, 255, code)
	require.Equal(t, "No user exists for uid 1000650000\r\n", output)

	_, output, code = run(t, listUser+"ssh -V\nssh -p 1 localhost\n") // there is no server at this port
	require.Equal(t, 255, code)
	require.Regexp(t, `^OpenSSH_\d+\.\d+p\d+ Debian-\S+, OpenSSL `, output)
	require.Contains(t, output, "ssh: connect to host localhost port 1: Connection refused")
}

func TestTheRootCannotBeWritten(t *testing.T) {
	_, output, code := run(t, "echo >/usr/bin/other\n")
	require.NotZero(t, code)
	require.Contains(t, output, "Read-only file system")
}

func TestGitTrustsThePublicAuthoritiesOfTheImage(t *testing.T) {
	address, certificate := startTLS(t)
	list := "git ls-remote https://" + address + "/a.git\n"
	_, output, code := run(t, list)
	require.Equal(t, 128, code)
	require.Contains(t, output, "server certificate verification failed")

	_, output, code = runTrusting(t, certificate, list)
	require.Equal(t, 128, code)
	require.Contains(t, output, "repository 'https://"+address+"/a.git/' not found")
}

// Files get the encoding that the repository asks for. The C library converts by files that it loads when it first needs them.
func TestFilesAreWrittenInTheirEncoding(t *testing.T) {
	for name, want := range map[string]string{
		"UTF-16":       "\xfe\xff\x00h\x00\xe9\x00\n",
		"UTF-16LE-BOM": "\xff\xfeh\x00\xe9\x00\n\x00",
		"UTF-32":       "\x00\x00\xfe\xff\x00\x00\x00h\x00\x00\x00\xe9\x00\x00\x00\n",
		"ISO-8859-1":   "h\xe9\n",
		"CP1252":       "h\xe9\n",
	} {
		t.Run(name, func(t *testing.T) {
			tree, output, code := run(t, strings.ReplaceAll(`git init --quiet here
cd here
blob=$(printf 'h\303\251\n' | git hash-object -w --stdin)
attributes=$(echo 'text working-tree-encoding=ENCODING' | git hash-object -w --stdin)
git update-index --add --cacheinfo 100644,$blob,text --cacheinfo 100644,$attributes,.gitattributes
git checkout-index --all
`, "ENCODING", name))
			require.Zero(t, code, output)
			require.Empty(t, output)
			got, err := os.ReadFile(filepath.Join(tree, "here/text"))
			require.NoError(t, err)
			if name == "UTF-32" || name == "UTF-16" {
				require.Contains(t, []string{want, swapped(want, map[string]int{"UTF-16": 2, "UTF-32": 4}[name])}, string(got), "in either order of bytes")
				return
			}
			require.Equal(t, want, string(got))
		})
	}
}

// swapped returns text in the other order of bytes.
func swapped(text string, size int) string {
	var other []byte
	for i := 0; i < len(text); i += size {
		for j := size - 1; j >= 0; j-- {
			other = append(other, text[i+j])
		}
	}
	return string(other)
}

func TestNamesAreAskedOfTheNameServer(t *testing.T) {
	asked := startNameServer(t)
	_, output, code := run(t, "git ls-remote http://far.example.test:1/a.git\n")
	require.Equal(t, 128, code)
	require.Contains(t, output, "Failed to connect to far.example.test port 1 ")
	require.Contains(t, asked(), "far.example.test")
}

// A thread of git ends when a server talks nonsense half-way, and the C library ends threads by a library that it loads then.
func TestAServerThatTalksNonsenseIsComplainedAbout(t *testing.T) {
	address := startNonsense(t)
	_, output, code := run(t, "git clone --quiet git://"+address+"/a.git\n")
	require.Equal(t, 128, code, output)
	require.Contains(t, output, "protocol error: bad line length character: blah")
	require.NotContains(t, output, "libgcc_s")
}
