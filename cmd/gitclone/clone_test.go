package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestWhatARefChecksOut(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 5)
	web, daemon := newForge(t, dir, plainly), startDaemon(t, dir)
	hash := func(rev string) string { return runGit(t, dir+"/app.git", "rev-parse", rev+"^{commit}") }
	cases := []struct {
		name, ref, head string // head is what git symbolic-ref says, empty when HEAD is detached
		commit          string
		source          clone.Source
	}{
		{"none is the branch of the server's HEAD", "", "refs/heads/main", "main", clone.Source{RefType: "branch", RefName: "main"}},
		{"a short name is a branch", "side", "refs/heads/side", "side", clone.Source{RefType: "branch", RefName: "side"}},
		{"a branch may have a slash", "feature/login", "refs/heads/feature/login", "side", clone.Source{RefType: "branch", RefName: "feature/login"}},
		{"or a tag that is an object", "v1", "", "v1", clone.Source{RefType: "tag", RefName: "v1"}},
		{"or a tag that is a name", "v2", "", "v2", clone.Source{RefType: "tag", RefName: "v2"}},
		{"a full ref of a branch is the branch", "refs/heads/side", "refs/heads/side", "side", clone.Source{RefType: "branch", RefName: "side"}},
		{"a full ref of a tag is the tag", "refs/tags/v1", "", "v1", clone.Source{RefType: "tag", RefName: "v1"}},
		{"any other ref is detached", "refs/pull/1/head", "", "side", clone.Source{RefType: "ref", RefName: "refs/pull/1/head"}},
		{"a commit at a tip", hash("side"), "", "side", clone.Source{RefType: "commit", RefName: hash("side")}},
		{"a commit inside", hash("main~2"), "", "main~2", clone.Source{RefType: "commit", RefName: hash("main~2")}},
	}
	for _, url := range []string{web.URL + "/app.git", daemon + "app.git"} {
		for _, depth := range []int{1, 2, 0} {
			for _, tc := range cases {
				t.Run(strings.SplitN(url, ":", 2)[0]+" depth "+itoa(depth)+" "+tc.name, func(t *testing.T) {
					t.Parallel()
					p := newPod(t)
					r := entry(t, url, withDepth(depth))
					if tc.ref != "" {
						ref(tc.ref)(&r)
					}
					o := orderOf(r)
					ran := p.clone(t, o)
					tc.source.Commit = hash(tc.commit)
					require.Equal(t, []clone.Source{tc.source}, ran.sources(t, o), ran.log)
					require.Equal(t, tc.source.Commit, p.git(t, "app", "rev-parse", "HEAD"))
					require.Empty(t, p.git(t, "app", "status", "--porcelain"))
					require.Equal(t, url, p.git(t, "app", "remote", "get-url", "origin"))
					if tc.head != "" {
						require.Equal(t, tc.head, p.git(t, "app", "symbolic-ref", "HEAD"))
						p.git(t, "app", "pull", "-q")
					}
					p.requireNoLeftovers(t)
				})
			}
		}
	}
}
