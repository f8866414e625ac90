package host

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMountsAreReadWithTheirOddNames(t *testing.T) {
	mounts, err := parseMounts(strings.NewReader(
		`22 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw
30 22 0:26 / /var/lib/a\040b\134c rw shared:3 - tmpfs tmpfs rw,size=4k
31 22 0:4 net:[4026532] /run/netns/x rw - nsfs nsfs rw
`))
	require.NoError(t, err)
	require.Equal(t, []Mount{{"/", "ext4"}, {`/var/lib/a b\c`, "tmpfs"}, {"/run/netns/x", "nsfs"}}, mounts)
	_, err = parseMounts(strings.NewReader("nonsense\n"))
	require.Error(t, err)
}

func TestBelowTakesWholeNames(t *testing.T) {
	require.True(t, Below("/run/orderly-node", "/run/orderly-node"))
	require.True(t, Below("/run/orderly-node/x", "/run/orderly-node"))
	require.False(t, Below("/run/orderly-node2", "/run/orderly-node"))
	require.False(t, Below("/run", "/run/orderly-node"))
}

func TestCgroupTreesOfEveryKindOfMachine(t *testing.T) {
	for _, tc := range []struct {
		name    string
		mounts  []Mount
		want    []Hierarchy
		unified bool
	}{
		{"v2 alone", []Mount{{"/", "ext4"}, {"/sys/fs/cgroup", "cgroup2"}}, []Hierarchy{{"/sys/fs/cgroup", true}}, true},
		{
			"v1 with a v2 tree without controllers",
			[]Mount{{"/sys/fs/cgroup", "tmpfs"}, {"/sys/fs/cgroup/cpu,cpuacct", "cgroup"}, {"/sys/fs/cgroup/unified", "cgroup2"}},
			[]Hierarchy{{"/sys/fs/cgroup/cpu,cpuacct", false}, {"/sys/fs/cgroup/unified", true}}, false,
		},
		{"someone's own elsewhere", []Mount{{"/mnt/cgroup", "cgroup2"}}, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Hierarchies(tc.mounts)
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.unified, UnifiedOnly(got))
		})
	}
}

func TestAnEmptyCPUSetGetsItsParents(t *testing.T) {
	parent := t.TempDir()
	child := filepath.Join(parent, "child")
	require.NoError(t, os.Mkdir(child, 0o755))
	require.NoError(t, inheritCPUSet(child), "a tree without cpusets is left alone")
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		require.NoError(t, os.WriteFile(filepath.Join(parent, file), []byte("0-1\n"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(child, file), []byte("\n"), 0o600))
	}
	require.NoError(t, inheritCPUSet(child))
	content, err := os.ReadFile(filepath.Join(child, "cpuset.mems"))
	require.NoError(t, err)
	require.Equal(t, "0-1\n", string(content))
}

func TestCapabilitiesAreReadFromTheStatus(t *testing.T) {
	set, err := parseCapabilities("Name:\tx\nCapPrm:\t0000000000000000\nCapEff:\t000001fffeffffff\n")
	require.NoError(t, err)
	require.NotZero(t, set&(1<<CapSysAdmin))
	require.Zero(t, set&(1<<CapSysResource))
	_, err = parseCapabilities("Name:\tx\n")
	require.Error(t, err)
}

func TestRoutesOfOthersAreNotTaken(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("10.89.0.0/24"), netip.MustParsePrefix("10.96.0.0/16")}
	const free = "default via 192.0.2.1 dev eth0\n10.0.0.0/8 dev vpn0\n10.90.0.0/24 dev eth1\nunreachable 10.1.0.0/16\n"
	require.Empty(t, overlapping(free, ours))
	require.Equal(t, []string{"10.96.4.0/24 dev cni0"}, overlapping(free+"10.96.4.0/24 dev cni0\n", ours))
	require.Equal(t, []string{"10.89.0.7 dev wg0 scope link"}, overlapping("10.89.0.7 dev wg0 scope link\n", ours))
	require.Equal(t, []string{"10.96.0.0/16 dev x"}, overlapping("10.96.0.0/16 dev x\n", ours))
}

func TestTheLockLetsOneIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "lock")
	first, err := Acquire(t.Context(), path, func() { t.Error("nobody to wait for") })
	require.NoError(t, err)

	short, stop := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer stop()
	waited := 0
	_, err = Acquire(short, path, func() { waited++ })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, 1, waited, "said once, however long it takes")

	first.Release()
	second, err := Acquire(t.Context(), path, func() { t.Error("nobody to wait for") })
	require.NoError(t, err)
	second.Release()
}

func TestTracesAreRemovedAndNothingElse(t *testing.T) {
	root := t.TempDir()
	path := func(name string) string { return filepath.Join(root, name) }
	write := func(name string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(path(name)), 0o755))
		require.NoError(t, os.WriteFile(path(name), nil, 0o600))
	}
	traces := Traces{
		Folders:  []string{path("new"), path("used"), path("old")},
		Contents: []string{path("new/socket"), path("new/absent"), path("old/theirs")},
		Files:    []string{path("old/ours-*")},
		Links:    []string{path("old")},
	}
	require.NoError(t, traces.Undo(path("record"), path("own")), "nothing was started")
	write("old/theirs")
	require.NoError(t, traces.Record(path("record")))
	write("new/socket")
	write("used/by-someone-else")
	write("old/ours-1")
	require.NoError(t, os.Symlink(path("own/log"), path("old/link")))
	require.NoError(t, os.Symlink(path("owner/log"), path("old/link-of-theirs")))

	require.NoError(t, traces.Undo(path("record"), path("own")))
	require.NoDirExists(t, path("new"))
	require.FileExists(t, path("used/by-someone-else"))
	entries, err := os.ReadDir(path("old"))
	require.NoError(t, err)
	require.Len(t, entries, 2)
	require.Equal(t, "link-of-theirs", entries[0].Name())
	require.Equal(t, "theirs", entries[1].Name())
}

func TestOnlyMissingPackagesAreNamed(t *testing.T) {
	here, away := func() bool { return true }, func() bool { return false }
	require.Equal(t, []string{"b"}, Missing([]Package{{"a", here}, {"b", away}}))
	require.True(t, program("sh")())
	require.False(t, program("no-such-program")())
	require.False(t, static(filepath.Join(t.TempDir(), "absent"))())
}
