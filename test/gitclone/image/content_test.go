package image

import (
	"bytes"
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestTheProgramsOfTheImageAreTheseAndNoOthers(t *testing.T) {
	var got []string
	for name, info := range walk(t) {
		if info.Mode().IsRegular() && info.Mode()&0o111 != 0 && !strings.Contains(path.Base(name), ".so") {
			got = append(got, name)
		}
	}
	require.ElementsMatch(t, []string{
		"/gitclone", "/usr/bin/git", "/usr/bin/ssh", "/usr/lib/git-core/git-remote-http",
		"/usr/lib/git-core/git-submodule", "/usr/lib/git-core/git-sh-i18n--envsubst", // git-submodule, and what it runs:
		"/bin/dash", "/bin/sed", "/bin/uname", "/usr/bin/basename",
	}, got)
}

func TestNothingRaisesRightsAndEveryUserCanReadAllOfIt(t *testing.T) {
	for name, info := range walk(t) {
		mode := info.Mode()
		require.Zerof(t, mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky), "%s has mode %v", name, mode)
		switch {
		case mode.IsDir():
			require.Equalf(t, fs.FileMode(0o755), mode.Perm(), "the mode of %s", name)
		case mode.IsRegular():
			require.Equalf(t, fs.FileMode(0o444), mode.Perm()&0o466, "the mode of %s is %v", name, mode)
		default:
			require.Equalf(t, fs.ModeSymlink, mode.Type(), "%s is neither a file nor a folder nor a link", name)
		}
	}
}

func TestOnlyTheListOfUsersLeadsOutOfTheImage(t *testing.T) {
	inside, err := os.OpenRoot(root)
	require.NoError(t, err)
	defer func() { require.NoError(t, inside.Close()) }()
	for name, info := range walk(t) {
		if info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		target, err := os.Readlink(filepath.Join(root, name))
		require.NoError(t, err)
		if name == "/etc/passwd" {
			require.Equal(t, contract.PasswdFile, path.Join("/etc", target))
			// Container runtimes look for the user before the container starts, as here; what is not there yet must not look wrong to them.
			_, err = inside.Stat(name[1:])
			require.ErrorIs(t, err, fs.ErrNotExist)
			continue
		}
		if path.IsAbs(target) {
			target = strings.TrimPrefix(target, "/")
		} else {
			target = path.Join(path.Dir(name), target)[1:]
		}
		_, err = inside.Stat(target)
		require.NoErrorf(t, err, "where %s leads", name)
	}
}

// The loader itself is asked, with nothing but the image.
func TestEveryLibraryIsThere(t *testing.T) {
	var loader string
	var binaries []string
	for name, info := range walk(t) {
		content, err := os.ReadFile(filepath.Join(root, name))
		if !info.Mode().IsRegular() || !bytes.HasPrefix(content, []byte(elf.ELFMAG)) || name == "/gitclone" {
			continue
		}
		require.NoError(t, err)
		if strings.HasPrefix(path.Base(name), "ld-linux") {
			loader = name
			continue
		}
		binaries = append(binaries, name)
	}
	require.NotEmpty(t, loader)
	require.Greater(t, len(binaries), 30)
	slices.Sort(binaries)
	lines := "for file in " + strings.Join(binaries, " ") + "; do " + loader + " --list $file || echo \"in $file\"; done\n"
	_, output, code := run(t, lines)
	require.Zero(t, code, output)
	require.NotContains(t, output, "not found")
	require.NotContains(t, output, "in /")
}

func TestEveryPackageHasItsLicenceAndItsNote(t *testing.T) {
	notes, err := os.ReadDir(filepath.Join(root, "var/lib/dpkg/status.d"))
	require.NoError(t, err)
	require.Greater(t, len(notes), 30)
	for _, note := range notes {
		text, err := os.ReadFile(filepath.Join(root, "var/lib/dpkg/status.d", note.Name()))
		require.NoError(t, err)
		require.Contains(t, string(text), "Package: "+note.Name()+"\n")
		require.Contains(t, string(text), "\nVersion: ")
		text, err = os.ReadFile(filepath.Join(root, "usr/share/doc", note.Name(), "copyright"))
		require.NoError(t, err)
		require.NotEmpty(t, text)
	}
}

// What was staged is what the repository says, to the bit: staging again, which needs no network, gives the same.
func TestStagedAgainItIsTheSame(t *testing.T) {
	again := filepath.Join(t.TempDir(), "again")
	stage := exec.Command("go", "run", "./cmd/gitclone/image", "stage", again)
	stage.Dir = "../../.."
	output, err := stage.CombinedOutput()
	require.NoError(t, err, string(output))
	require.NoError(t, os.WriteFile(filepath.Join(again, "gitclone"), nil, 0o644))
	difference, err := exec.Command("diff", "--recursive", "--no-dereference", "--brief", "--exclude=gitclone", root, again).CombinedOutput()
	require.NoError(t, err, "run make rootfs, or find out why: "+string(difference))
	for name, want := range walk(t) {
		got, err := os.Lstat(filepath.Join(again, name))
		require.NoError(t, err)
		if name != "/gitclone" {
			require.Equal(t, want.Mode(), got.Mode(), name)
		}
	}
}

// walk returns everything in the image, by its path there.
func walk(t *testing.T) map[string]fs.FileInfo {
	t.Helper()
	files := map[string]fs.FileInfo{}
	require.NoError(t, filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		relative, err := filepath.Rel(root, name)
		require.NoError(t, err)
		files[path.Join("/", relative)], err = e.Info()
		return err
	}))
	return files
}
