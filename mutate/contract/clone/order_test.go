package clone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// makeRepository gives a repository that is right.
func makeRepository(t *testing.T, address, at string) Repository {
	t.Helper()
	u, err := ParseURL(address)
	require.NoError(t, err)
	p, err := ParsePath(at)
	require.NoError(t, err)
	return Repository{URL: u, Path: p, Depth: 1}
}

// makeOrder gives an order of repositories that are called app0 and so on.
func makeOrder(t *testing.T, repositories int) Order {
	t.Helper()
	o := Order{Workspace: "/workspace", EnvPrefix: DefaultEnvPrefix}
	for i := range repositories {
		o.Repositories = append(o.Repositories, makeRepository(t, fmt.Sprintf("https://git.example.com/app%d.git", i), fmt.Sprintf("app%d", i)))
	}
	return o
}

// makeFullOrder gives an order that says all that can be said.
func makeFullOrder(t *testing.T) Order {
	t.Helper()
	o := makeOrder(t, 5)
	for i, text := range []string{"main", "refs/heads/x", "refs/tags/$(v1)", "refs/pull/1/head", sha256} {
		ref, err := ParseRef(text)
		require.NoError(t, err)
		o.Repositories[i].Ref = ref
	}
	short := makeRepository(t, "git@host:größe.git", "a&b<$(x)>")
	short.Secret, short.Depth, short.Submodules, short.Sparse, short.RemoveGit = "git.credentials", 0, true, []string{"docs", "$(tools)"}, true
	o.Repositories = append(o.Repositories, short)
	o.HostKeys, o.GitEventsRunner = AcceptNewHostKeys, true
	return o
}

func TestAnOrderIsReadAsItWasWritten(t *testing.T) {
	for name, want := range map[string]Order{"the least": makeOrder(t, 1), "all": makeFullOrder(t), "many": makeOrder(t, MaxRepositories)} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, want.Problems())
			text := want.Encode()
			require.NotContains(t, text, "$")
			require.NotContains(t, text, "\n")
			got, err := DecodeOrder(text)
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Equal(t, text, got.Encode())
		})
	}
}

func TestTheLeastOrderIsShort(t *testing.T) {
	require.Equal(t, `{"repositories":[{"url":"https://git.example.com/app0.git","path":"app0","depth":1}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`,
		makeOrder(t, 1).Encode())
}

func TestDecodeOrderReadsNothingElse(t *testing.T) {
	right := makeOrder(t, 2).Encode()
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "", "EOF"},
		{"half of it", right[:len(right)/2], "unexpected EOF"},
		{"something behind it", right + "{}", "not written as"},
		{"space before it", " " + right, "not written as"},
		{"keys that nobody knows", strings.Replace(right, `"path"`, `"hooks":"x","path"`, 1), "unknown field"},
		{"a key in other letters", strings.Replace(right, `"path"`, `"Path"`, 1), "not written as"},
		{"a key that stands there twice", strings.Replace(right, `"path"`, `"path":"x","path"`, 1), "not written as"},
		{"an address of a program", strings.Replace(right, "https://git.example.com/app1.git", "ext::id", 1), "program"},
		{"no address", strings.Replace(right, `"url":"https://git.example.com/app1.git",`, "", 1), "repository 2: the address is missing"},
		{"no path", strings.Replace(right, `,"path":"app1"`, "", 1), "repository 2: the path is missing"},
		{"a path outside", strings.Replace(right, `"app1"`, `"../app1"`, 1), "leads outside"},
		{"an option as a ref", strings.Replace(right, `"path":"app1"`, `"ref":"any:--upload-pack=id","path":"app1"`, 1), "option"},
		{"bytes that are no text", strings.Replace(right, "app1", "app\xff", 1), "not written as"},
		{"null", "null", "no repository"},
		{"a list", "[]", "cannot unmarshal"},
		{"64 KiB", strings.Repeat(" ", 64<<10) + right, "longer than 64 KiB"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, err := DecodeOrder(tc.text)
			require.ErrorContains(t, err, tc.want)
			require.Zero(t, o)
		})
	}
}

func TestProblemsOfAnOrder(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Order)
		want   []string
	}{
		{"no repository", func(o *Order) { o.Repositories = nil }, []string{"there is no repository"}},
		{"too many", func(o *Order) { *o = makeOrder(t, MaxRepositories+1) }, []string{"there are 17 repositories; 16 are possible"}},
		{"two in one place", func(o *Order) { o.Repositories[1].Path = "app0" }, []string{"repositories 1 and 2: both go to app0"}},
		{"two with the same variables", func(o *Order) { o.Repositories[0].Path, o.Repositories[1].Path = "a-b", "A/B" },
			[]string{"repositories 1 and 2: both would have the variables SOURCE_A_B_…"}},
		{"one at the workspace that is called like the path of another", func(o *Order) { o.Repositories[0].Path, o.Repositories[1].Path = ".", "app0" },
			[]string{"SOURCE_APP0_…"}},
		{"a workspace that is not absolute", func(o *Order) { o.Workspace = "workspace" }, []string{"absolute path"}},
		{"a workspace that is the root", func(o *Order) { o.Workspace = "/" }, []string{"absolute path"}},
		{"a workspace with a detour", func(o *Order) { o.Workspace = "/a/../b" }, []string{"absolute path"}},
		{"a workspace below what is reserved", func(o *Order) { o.Workspace = "/builder/bin" }, []string{"absolute path"}},
		{"a workspace with a colon", func(o *Order) { o.Workspace = "/a:b" }, []string{"absolute path"}},
		{"no prefix", func(o *Order) { o.EnvPrefix = "" }, []string{"variable's name"}},
		{"a prefix without its underscore", func(o *Order) { o.EnvPrefix = "A" }, []string{"variable's name"}},
		{"a prefix with an equals sign", func(o *Order) { o.EnvPrefix = "A=B_" }, []string{"variable's name"}},
		{"a way to check host keys that is none", func(o *Order) { o.HostKeys = "no" }, []string{`not by "no"`}},
		{"a Secret that is a path", func(o *Order) { o.Repositories[0].Secret = "../x" }, []string{"repository 1: this is no name of a Secret"}},
		{"a Secret that cannot be used", func(o *Order) {
			o.Repositories[0] = makeRepository(t, "git://h/a", "x")
			o.Repositories[0].Secret = "s"
		},
			[]string{"git:// has neither credentials nor encryption"}},
		{"a negative depth", func(o *Order) { o.Repositories[1].Depth = -1 }, []string{"repository 2: the depth is not from 0"}},
		{"a depth that means all", func(o *Order) { o.Repositories[1].Depth = MaxDepth + 1 }, []string{"the depth is not from 0"}},
		{"a ref that nobody has parsed", func(o *Order) { o.Repositories[0].Ref = Ref{Kind: Branch, Name: "-x"} }, []string{"begins with a dash"}},
		{"sparse twice", func(o *Order) { o.Repositories[0].Sparse = []string{"a", "b", "a"} }, []string{"sparse: a stands there twice"}},
		{"sparse patterns", func(o *Order) { o.Repositories[0].Sparse = []string{"a*", "!b"} }, []string{"sparse: this is a pattern", "sparse: this is a pattern"}},
		{"too much sparse", func(o *Order) { o.Repositories[0].Sparse = make([]string, 101) }, []string{"sparse has 101 directories; 100 are possible"}},
		{"more than an argument can hold", func(o *Order) {
			for i := range 100 {
				o.Repositories[0].Sparse = append(o.Repositories[0].Sparse, fmt.Sprintf("%d%s", i, strings.Repeat("/"+strings.Repeat("a", 200), 5)))
			}
		}, []string{"longer than 64 KiB"}},
		{"everything at once", func(o *Order) {
			o.Repositories[0].Secret, o.Repositories[0].Depth, o.Workspace, o.HostKeys = "A", -1, "", "x"
		}, []string{"repository 1: the depth", "repository 1: this is no name of a Secret", "workspace", "host keys"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := makeOrder(t, 2)
			tc.change(&o)
			problems := o.Problems()
			require.Len(t, problems, len(tc.want), "%v", problems)
			for i, want := range tc.want {
				require.ErrorContains(t, problems[i], want)
			}
			_, err := DecodeOrder(o.Encode())
			require.Error(t, err)
		})
	}
}

func TestFindOrderKnowsTheCloner(t *testing.T) {
	want := makeFullOrder(t)
	order := want.Encode()
	for _, tc := range []struct {
		name  string
		words []string
		found bool
	}{
		{"as admission writes it", []string{contract.ToolsCloner, order}, true},
		{"behind another program", []string{"/proxy", "--", contract.ToolsCloner, order}, true},
		{"another program", []string{"/other", order}, false},
		{"without an order", []string{contract.ToolsCloner}, false},
		{"with two", []string{contract.ToolsCloner, order, order}, false},
		{"with what is none", []string{contract.ToolsCloner, "{}"}, false},
		{"nothing", nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, found := FindOrder(tc.words)
			require.Equal(t, tc.found, found)
			if tc.found {
				require.Equal(t, want, got)
			}
		})
	}
}

func FuzzAnOrderThatIsAcceptedIsWrittenTheSame(f *testing.F) {
	f.Add(`{"repositories":[{"url":"https://h/a","path":"a"}],"workspace":"/w","envPrefix":"A_"}`)
	f.Add(`{"repositories":[{"url":"git@h:a","ref":"any:b","path":".","secret":"s","sparse":["d"],"removeGit":true}],"workspace":"/w","envPrefix":"A_","sshHostKeys":"strict"}`)
	f.Add(`{"repositories":[{"url":"https://h/a","path":"a","ref":":"}],"workspace":"/w","envPrefix":"A_","gitEventsRunner":true}`)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := DecodeOrder(text)
		if err != nil {
			require.Zero(t, o)
			return
		}
		require.Equal(t, text, o.Encode())
		require.NotContains(t, text, "$")
		again, found := FindOrder([]string{contract.ToolsCloner, text})
		require.True(t, found)
		require.Equal(t, o, again)
		sources := make([]Source, len(o.Repositories))
		for i, r := range o.Repositories {
			require.False(t, strings.HasPrefix(r.URL.String(), "-"))
			require.True(t, strings.HasPrefix(o.Dir(r)+"/", o.Workspace+"/"))
			sources[i] = r.Declared()
		}
		seen := map[string]bool{}
		for _, v := range o.Variables(sources) {
			require.False(t, seen[v.Name], v.Name)
			seen[v.Name] = true
			require.True(t, consistsOf(v.Name, "_"))
			require.True(t, isPrintable(v.Value), "%q", v.Value)
		}
	})
}
