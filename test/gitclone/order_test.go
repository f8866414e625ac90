package gitclone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestTheOrderIsJudgedAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, argument, want string }{
		{name: "nothing that can be read", argument: "x", want: "gitclone: reading the order: invalid character 'x' looking for beginning of value"},
		{name: "an address that is a file", argument: order("file:///etc", "app", "any:main"), want: "gitclone: reading the order: the scheme of the address is none of https, http, ssh and git, in small letters; write https://git.example.com/team/app.git, http://, ssh://, git:// or git@git.example.com:team/app.git"},
		{name: "an address that is a command", argument: order("ext::sh -c id", "app", "any:main"), want: "gitclone: reading the order: two colons name a program that git would run; write https://git.example.com/team/app.git, http://, ssh://, git:// or git@git.example.com:team/app.git"},
		{name: "an address that is an option", argument: order("--upload-pack=id", "app", "any:main"), want: "gitclone: reading the order: the address begins with a dash, as an option does; write https://git.example.com/team/app.git, http://, ssh://, git:// or git@git.example.com:team/app.git"},
		{name: "a password in the address", argument: order("https://alice:hunter2@git.example.test/app.git", "app", "any:main"), want: "gitclone: reading the order: the address has a password in it, which everybody could read who reads the Pod; put it into a Secret, and write secret: NAME"},
		{name: "a path outside", argument: order("https://git.example.test/app.git", "../app", "any:main"), want: "gitclone: reading the order: the path leads outside; write a path below the workspace such as app or libs/app, or . for the workspace itself"},
		{name: "a path of git's own", argument: order("https://git.example.test/app.git", "app/.git/hooks", "any:main"), want: "gitclone: reading the order: the path names .git, where git keeps what is its own; write a path below the workspace such as app or libs/app, or . for the workspace itself"},
		{name: "a ref that is an option", argument: order("https://git.example.test/app.git", "app", "any:--upload-pack=id"), want: "gitclone: reading the order: the name begins with a dash or a plus sign, as an option does; write a branch, a tag, refs/… or a commit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, wish{url: public("app.git")})
			p.Argument = tc.argument
			result := run(t, p)
			require.Equal(t, contract.ExitWrapper, result.Code)
			require.Equal(t, tc.want, strings.TrimSpace(result.Message))
			require.NotContains(t, result.Log, "hunter2")
		})
	}
}

func order(url, path, ref string) string {
	return fmt.Sprintf(`{"repositories":[{"url":%q,"ref":%q,"path":%q,"depth":1}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`, url, ref, path)
}
