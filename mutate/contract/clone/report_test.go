package clone

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAReportHasALineForEachRepository(t *testing.T) {
	want := Report{[]Source{{"branch", "größe<&>", sha1}, {"commit", sha256, sha256}}}
	text := want.Text()
	require.Equal(t, `orderly:{"refType":"branch","refName":"größe<&>","commit":"`+sha1+"\"}\n"+
		`orderly:{"refType":"commit","refName":"`+sha256+`","commit":"`+sha256+"\"}\n", text)
	for _, message := range []string{text, strings.TrimSuffix(text, "\n")} {
		got, found := makeOrder(t, 2).DecodeReport(message)
		require.True(t, found)
		require.Equal(t, want, got)
	}
}

// The kubelet cuts at the end, after any byte.
func TestWhatIsLeftOfAReportIsRead(t *testing.T) {
	o := makeOrder(t, 3)
	o.Repositories[1].Ref, o.Repositories[2].Ref = Ref{AnyRef, "stable"}, Ref{Tag, "v1"}
	full := Report{[]Source{{"branch", "größe", sha1}, {"branch", "stable", sha1}, {"tag", "v1", sha256}}}
	text := full.Text()
	for end := range len(text) + 1 {
		want := Report{slices.Clone(full.Sources)}
		whole := strings.Count(text[:end]+"\n", "}\n")
		for i := whole; i < len(want.Sources); i++ {
			want.Sources[i] = o.Repositories[i].Declared()
		}
		got, found := o.DecodeReport(text[:end])
		require.Equal(t, whole > 0, found, "%q", text[:end])
		if found {
			require.Equal(t, want, got, "%q", text[:end])
		}
	}
}

func TestAReportFitsWhateverHappens(t *testing.T) {
	o := makeOrder(t, MaxRepositories)
	var long Report
	for i := range o.Repositories {
		o.Repositories[i].Ref = Ref{AnyRef, fmt.Sprintf("declared%d", i)}
		long.Sources = append(long.Sources, Source{"branch", strings.Repeat("ü", 127), sha256})
	}
	text := long.Text()
	require.LessOrEqual(t, len(text), 4096)
	require.Greater(t, len(text), 3600, "no repository is left out needlessly")
	got, found := o.DecodeReport(text)
	require.True(t, found)
	require.Equal(t, long.Sources[9], got.Sources[9])
	require.Equal(t, Source{"ref", "declared15", ""}, got.Sources[15], "the last is what the order tells")
}

func TestStrangeNamesOfServersAreLeftOut(t *testing.T) {
	for _, name := range []string{"a\nb", "a\x1b[31m", "\xff", "\u202e", strings.Repeat("a", 256)} {
		line := Report{[]Source{{"branch", name, sha1}}}.Text()
		got, found := makeOrder(t, 1).DecodeReport(line)
		require.True(t, found, "%q", line)
		require.Equal(t, Report{[]Source{{"branch", "", sha1}}}, got)
	}
}

func TestDecodeReportReadsNothingElse(t *testing.T) {
	right := Report{[]Source{{"branch", "main", sha1}}}.Text()
	for _, tc := range []struct{ name, message string }{
		{"nothing", ""},
		{"a sentence", "cloning app: repository not found"},
		{"another prefix", strings.TrimPrefix(right, "orderly:")},
		{"a line that was cut", right[:len(right)-3] + "\n"},
		{"something behind it", right + "done\n"},
		{"an empty line behind it", right + "\n"},
		{"something before it", "cloned\n" + right},
		{"space in it", strings.Replace(right, ",", ", ", 1)},
		{"a key that nobody knows", strings.Replace(right, `"refName"`, `"url":"x","refName"`, 1)},
		{"a key that stands there twice", strings.Replace(right, `"refName"`, `"refType":"tag","refName"`, 1)},
		{"the report of a step", `orderly:{"step":"build","exitCode":0}`},
		{"a kind that is none", strings.Replace(right, `"branch"`, `"any"`, 1)},
		{"no kind", strings.Replace(right, `"branch"`, `""`, 1)},
		{"a short commit", strings.Replace(right, sha1, sha1[:12], 1)},
		{"no commit", strings.Replace(right, sha1, "", 1)},
		{"a commit in capital letters", strings.Replace(right, sha1, strings.Repeat("A", 40), 1)},
		{"a name that cannot be printed", strings.Replace(right, "main", `\u001b[31m`, 1)},
		{"a name that is too long", strings.Replace(right, "main", strings.Repeat("a", 256), 1)},
		{"two sources for one repository", Report{[]Source{{"branch", "main", sha1}, {"branch", "main", sha1}}}.Text()},
		{"no sources", `orderly:{"sources":[]}` + "\n"},
		{"more than a message holds", "orderly:" + strings.Repeat(" ", 4096) + right},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, found := makeOrder(t, 1).DecodeReport(tc.message)
			require.False(t, found)
			require.Zero(t, got)
		})
	}
}

func FuzzReportsAreReadAsTheyWereWritten(f *testing.F) {
	f.Add("branch", "main", sha1, "tag", "v1", sha256, "orderly:{}")
	f.Add("ref", "HEAD\n", sha1, "commit", "", sha1, Report{[]Source{{"branch", "main", sha1}}}.Text())
	f.Fuzz(func(t *testing.T, type1, name1, commit1, type2, name2, commit2, message string) {
		o := Order{Repositories: make([]Repository, 2)}
		for _, m := range []string{message, Report{[]Source{{type1, name1, commit1}, {type2, name2, commit2}}}.Text() + message} {
			got, found := o.DecodeReport(m)
			if !found {
				continue
			}
			require.Len(t, got.Sources, 2)
			require.LessOrEqual(t, len(got.Text()), 4096)
			for _, s := range got.Sources {
				require.True(t, s.Commit == "" || isHash(s.Commit))
				require.True(t, isPrintable(s.RefType+s.RefName))
			}
		}
		right := Report{[]Source{{"branch", name1, sha1}, {"ref", name2, sha256}}}
		_, found := o.DecodeReport(right.Text())
		require.True(t, found, "%q", right.Text())
	})
}
