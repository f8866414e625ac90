package gitclone

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/gitclone/container"
	"orderly.dev/test/gitserver"
)

// users are root, the cloner's own, and one that a cluster makes up; none but the first is in any passwd.
var users = []int{0, defaultUser, 1000650000}

func TestEveryUserClonesAndEveryUserWritesIntoTheTree(t *testing.T) {
	t.Parallel()
	for _, cloner := range users {
		for name, w := range map[string]wish{
			"https": {url: servers.git.URL(gitserver.Chain, gitserver.Basic, "super.git"), secret: alice().with(authority()), depth: 1, more: withSubmodules},
			"ssh":   {url: servers.ssh.ShortURL("git", "super.git"), secret: known(servers.ssh), depth: 1, more: withSubmodules},
		} {
			t.Run(fmt.Sprintf("%d by %s", cloner, name), func(t *testing.T) {
				t.Parallel()
				p := makePod(t, w)
				p.User = cloner
				succeed(t, p)
				dir := filepath.Join(p.Tree(), "app")
				for _, step := range append(users, 4321) {
					requireUsable(t, dir, step)
				}
			})
		}
	}
}

// work is what a step does, one after the other in the same tree: it reads, makes, changes and removes files, and commits.
const work = `set -e
cat README.md libs/inner/README.md
echo "$0" >"new-$0"; echo "$0" >>README.md; mkdir "dir-$0"; echo x >"libs/inner/new-$0"
git add "new-$0" README.md
git -c user.name=step -c user.email=step@example.com commit --quiet --message "by $0"
git -C libs/inner status --short
git status --short
rm "libs/inner/new-$0"
`

func requireUsable(t *testing.T, dir string, user int) {
	t.Helper()
	step := exec.CommandContext(t.Context(), "/bin/sh", "-c", work, fmt.Sprint(user))
	step.Dir, step.Env = dir, append(stepEnvironment(dir), "GIT_CONFIG_KEY_1=safe.directory", "GIT_CONFIG_VALUE_1="+dir+"/libs/inner")
	output, err := container.RunAs(user, step)
	require.NoError(t, err, output)
}
