package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

// text is a plan as lines, for people.
func (p plan) text() string {
	var b strings.Builder
	write := func(before string, commands []command) {
		for _, c := range commands {
			marks := ""
			if c.online {
				marks = " (online)"
			}
			if c.stdin != "" {
				marks += fmt.Sprintf(" < %q", c.stdin)
			}
			b.WriteString(before + "git " + strings.Join(c.args, " ") + marks + "\n")
		}
	}
	ways := func(title string, ways []way) {
		for _, w := range ways {
			before := title
			if w.after != fine {
				before += " after " + titles[w.after]
			}
			if w.seeks != "" {
				before += " until " + w.seeks[:4]
			}
			write(before+": ", w.commands)
		}
	}
	write("begin: ", p.begin)
	b.WriteString(p.config)
	ways("fetch", p.fetch)
	write("", []command{p.usesLFS})
	write("checkout: ", p.checkout)
	ways("submodules", p.submodules)
	return b.String()
}

func TestPlans(t *testing.T) {
	commit := strings.Repeat("1", 40)
	for _, tc := range []struct {
		name   string
		change func(*clone.Repository)
		target target
		want   string
	}{
		{"the branch of HEAD", withDepth(1), target{kind: clone.Branch, name: "main", hashLength: 40, isHead: true}, `
begin: git init --quiet .
[core]
	sharedRepository = "0666"
[remote "origin"]
	url = "https://git.example.com/app.git"
	fetch = "+refs/heads/main:refs/remotes/origin/main"
fetch: git fetch --progress --no-recurse-submodules --depth=1 origin +refs/heads/main:refs/remotes/origin/main (online)
fetch after the server gives only whole histories: git fetch --progress --no-recurse-submodules origin +refs/heads/main:refs/remotes/origin/main (online)
git grep -q -e filter=lfs refs/remotes/origin/main -- :(glob)**/.gitattributes
checkout: git checkout --progress --force -B main --track refs/remotes/origin/main --
checkout: git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
`},
		{"a tag, whole, of a repository with SHA-256", withDepth(0), target{kind: clone.Tag, name: "v1", hashLength: 64}, `
begin: git init --quiet --object-format=sha256 .
[core]
	sharedRepository = "0666"
[remote "origin"]
	url = "https://git.example.com/app.git"
	fetch = "+refs/tags/v1:refs/tags/v1"
fetch: git fetch --progress --no-recurse-submodules origin +refs/tags/v1:refs/tags/v1 (online)
git grep -q -e filter=lfs refs/tags/v1 -- :(glob)**/.gitattributes
checkout: git checkout --progress --force --detach refs/tags/v1 --
`},
		{"a commit", withDepth(1), target{kind: clone.Commit, name: commit, hashLength: 40}, `
begin: git init --quiet .
[core]
	sharedRepository = "0666"
[remote "origin"]
	url = "https://git.example.com/app.git"
	fetch = "+refs/heads/*:refs/remotes/origin/*"
fetch: git fetch --progress --no-recurse-submodules --depth=1 origin COMMIT (online)
fetch after the server gives only whole histories: git fetch --progress --no-recurse-submodules origin COMMIT (online)
fetch after the server gives only what branches and tags point to until 1111: git fetch --progress --no-recurse-submodules --depth=1 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/* (online)
fetch after the commit is in none of the branches and tags until 1111: git fetch --progress --no-recurse-submodules --deepen=50 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/* (online)
fetch after the commit is in none of the branches and tags until 1111: git fetch --progress --no-recurse-submodules --deepen=250 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/* (online)
fetch after the commit is in none of the branches and tags until 1111: git fetch --progress --no-recurse-submodules --deepen=1000 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/* (online)
fetch after the commit is in none of the branches and tags until 1111: git fetch --progress --no-recurse-submodules --deepen=5000 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/* (online)
fetch after the commit is in none of the branches and tags until 1111: git fetch --progress --no-recurse-submodules --depth=2147483647 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/* (online)
git grep -q -e filter=lfs COMMIT -- :(glob)**/.gitattributes
checkout: git checkout --progress --force --detach COMMIT --
`},
		{"another ref, some directories, submodules", func(r *clone.Repository) { sparsely("docs", "a b")(r); withSubmodules(r) },
			target{kind: clone.FullRef, name: "refs/pull/1/head", hashLength: 40}, `
begin: git init --quiet .
[core]
	sharedRepository = "0666"
[remote "origin"]
	url = "https://git.example.com/app.git"
	fetch = "+refs/heads/*:refs/remotes/origin/*"
fetch: git fetch --progress --no-recurse-submodules --depth=1 origin refs/pull/1/head (online)
fetch after the server gives only whole histories: git fetch --progress --no-recurse-submodules origin refs/pull/1/head (online)
git grep -q -e filter=lfs FETCH_HEAD -- :(glob)**/.gitattributes
checkout: git sparse-checkout set --cone --stdin < "docs\na b\n"
checkout: git checkout --progress --force --detach FETCH_HEAD --
submodules: git submodule update --init --recursive --force --progress --depth=1 (online)
submodules after the server gives only whole histories: git submodule deinit --quiet --all --force
submodules after the server gives only whole histories: git submodule update --init --recursive --force --progress (online)
submodules after the server gives only what branches and tags point to: git submodule deinit --quiet --all --force
submodules after the server gives only what branches and tags point to: git submodule update --init --recursive --force --progress (online)
submodules after the server does not give this commit: git submodule deinit --quiet --all --force
submodules after the server does not give this commit: git submodule update --init --recursive --force --progress (online)
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := entry(t, "https://git.example.com/app.git", tc.change)
			require.Equal(t, strings.TrimPrefix(strings.ReplaceAll(tc.want, "COMMIT", commit), "\n"), newPlan(r, tc.target, surroundings{}).text())
		})
	}
}

func TestWhereLFSIsThereFilesAreFetchedByIt(t *testing.T) {
	p := newPlan(entry(t, "https://git.example.com/app.git"), target{kind: clone.Branch, name: "main"}, surroundings{lfs: true})
	require.True(t, p.checkout[0].online)
	require.Contains(t, p.lfsConfig, `[filter "lfs"]`)
}
