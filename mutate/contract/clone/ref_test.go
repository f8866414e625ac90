package clone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	sha1   = strings.Repeat("0123456789", 4)
	sha256 = strings.Repeat("abcdef01", 8)
)

func TestParseRefKnowsWhatItIs(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       Ref
	}{
		{"a short name", "main", Ref{AnyRef, "main"}},
		{"a short name with slashes", "feature/x-1.2", Ref{AnyRef, "feature/x-1.2"}},
		{"a branch", "refs/heads/main", Ref{Branch, "main"}},
		{"a tag", "refs/tags/v1.2.3", Ref{Tag, "v1.2.3"}},
		{"a pull request", "refs/pull/1/head", Ref{FullRef, "refs/pull/1/head"}},
		{"a commit", sha1, Ref{Commit, sha1}},
		{"a commit in capital letters", strings.ToUpper(sha256), Ref{Commit, sha256}},
		{"a short hash, which may be a name", sha1[:12], Ref{AnyRef, sha1[:12]}},
		{"a branch that is called like a commit", "refs/heads/" + sha1, Ref{Branch, sha1}},
		{"letters of another alphabet", "größe", Ref{AnyRef, "größe"}},
		{"the longest", strings.Repeat("a", 255), Ref{AnyRef, strings.Repeat("a", 255)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseRef(tc.text)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
			requireSameRef(t, got)
		})
	}
}

// requireSameRef checks that a ref is written and read again.
func requireSameRef(t *testing.T, ref Ref) {
	t.Helper()
	text, err := ref.MarshalText()
	require.NoError(t, err)
	var again Ref
	require.NoError(t, again.UnmarshalText(text), "%s", text)
	require.Equal(t, ref, again)
}

// noNames are names that no ref has, with a part of what is said about them.
var noNames = []struct{ name, text, want string }{
	{"nothing", "", "empty"},
	{"an option", "--upload-pack=id", "begins with a dash"},
	{"a dash", "-", "begins with a dash"},
	{"a forced update", "+main", "begins with a dash or a plus sign"},
	{"two dots", "main..next", ".."},
	{"something of the log", "main@{1}", "@{"},
	{"what git knows by itself", "@", "without a ref"},
	{"the server's HEAD", "HEAD", "without a ref"},
	{"a lock", "main.lock", ".lock"},
	{"a lock in the middle", "a.lock/b", ".lock"},
	{"a dot at the beginning of a part", "a/.b", "begins with a dot"},
	{"a dot at the end", "main.", "dot at its end"},
	{"a slash at the end", "main/", "empty"},
	{"a slash at the beginning", "/main", "empty"},
	{"two slashes", "a//b", "empty"},
	{"a refspec", "main:main", "which no name of a ref has"},
	{"a revision", "main~1", "which no name of a ref has"},
	{"a parent", "main^", "which no name of a ref has"},
	{"a pattern", "feature/*", "which no name of a ref has"},
	{"another pattern", "a?", "which no name of a ref has"},
	{"a set of characters", "a[b]", "which no name of a ref has"},
	{"a backslash", `a\b`, "which no name of a ref has"},
	{"a space", "a b", "which no name of a ref has"},
	{"a new line", "a\nb", "cannot be printed"},
	{"a delete character", "a\x7f", "cannot be printed"},
	{"bytes that are no text", "a\xff", "cannot be printed"},
	{"a change of the direction of writing", "a\u202eb", "cannot be printed"},
	{"more than 255 bytes", strings.Repeat("a", 256), "255 bytes"},
}

func TestRefsThatNoneHasAreRefused(t *testing.T) {
	for _, tc := range noNames {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ParseRef(tc.text)
			require.ErrorContains(t, err, tc.want)
			_, err = NewRef(Branch, tc.text)
			require.Error(t, err)
			_, err = ParseRef("refs/tags/" + tc.text)
			require.Error(t, err)
			_, err = NewRef(Commit, tc.text)
			require.ErrorContains(t, err, "40 or 64 hexadecimal digits")
			for _, kind := range []RefKind{AnyRef, Branch, Tag, Commit, FullRef} {
				require.Error(t, new(Ref).UnmarshalText([]byte(string(kind)+":"+tc.text)), kind)
			}
		})
	}
}

func TestNewRefIsExact(t *testing.T) {
	for _, tc := range []struct {
		name string
		kind RefKind
		text string
		want Ref
		err  string
	}{
		{"a branch", Branch, "main", Ref{Branch, "main"}, ""},
		{"a branch as a full ref", Branch, "refs/heads/main", Ref{Branch, "main"}, ""},
		{"a tag as a full ref", Tag, "refs/tags/v1", Ref{Tag, "v1"}, ""},
		{"a branch that is a tag", Branch, "refs/tags/v1", Ref{}, "this is no branch"},
		{"a branch whose name begins like a full ref", Branch, "refs/heads/refs/heads/main", Ref{}, "this is no branch"},
		{"a tag that is a pull request", Tag, "refs/pull/1/head", Ref{}, "this is no tag"},
		{"a commit", Commit, strings.ToUpper(sha1), Ref{Commit, sha1}, ""},
		{"a short commit", Commit, sha1[:12], Ref{}, "write all of them"},
		{"a commit with one digit too many", Commit, sha1 + "0", Ref{}, "write all of them"},
		{"a commit with a letter that is no digit", Commit, "g" + sha1[1:], Ref{}, "write all of them"},
		{"a name as a commit", Commit, "main", Ref{}, "branch:"},
		{"a kind that is none", "sha", sha1, Ref{}, "no kind of ref"},
		{"a branch that is empty behind its prefix", Branch, "refs/heads/", Ref{}, "empty"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := NewRef(tc.kind, tc.text)
			require.Equal(t, tc.want, got)
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err)
				return
			}
			require.NoError(t, err)
			requireSameRef(t, got)
		})
	}
}

func TestWrittenRefsAreReadAsTheyWereWritten(t *testing.T) {
	for _, text := range []string{
		"main", "sha:main", ":main", "any:" + sha1, "any:refs/heads/main", "branch:refs/heads/main", "tag:refs/tags/v1",
		"commit:" + strings.ToUpper(sha256), "ref:main", "ref:refs/heads/main", "ANY:main", "any",
	} {
		require.Error(t, new(Ref).UnmarshalText([]byte(text)), text)
	}
	var zero Ref
	requireSameRef(t, zero)
}

func FuzzRefsThatAreAcceptedAreNoOptions(f *testing.F) {
	for _, text := range []string{"main", "refs/heads/a", "refs/pull/1/head", "-x", "refs/heads/-x", sha1, sha256, "@{", "a.lock"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var refs []Ref
		if ref, err := ParseRef(text); err == nil {
			refs = append(refs, ref)
		}
		for _, kind := range []RefKind{Branch, Tag, Commit} {
			if ref, err := NewRef(kind, text); err == nil {
				refs = append(refs, ref)
			}
		}
		var read Ref
		if read.UnmarshalText([]byte(text)) == nil {
			refs = append(refs, read)
		}
		for _, ref := range refs {
			requireSameRef(t, ref)
			require.False(t, strings.HasPrefix(ref.Name, "-"), "%q", ref.Name)
			require.False(t, strings.ContainsAny(ref.Name, " \n\x00:^~*?[\\"), "%q", ref.Name)
			require.LessOrEqual(t, len(ref.Name), 255)
			require.Equal(t, ref.Kind == FullRef, strings.HasPrefix(ref.Name, "refs/"))
		}
	})
}
