package clone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAReportIsTheLastLineOfAMessage(t *testing.T) {
	want := Report{[]Source{{"branch", "größe<&>", sha1}, {"commit", sha256, sha256}}}
	line := want.Line()
	require.Equal(t, `orderly:{"sources":[{"refType":"branch","refName":"größe<&>","commit":"`+sha1+
		`"},{"refType":"commit","refName":"`+sha256+`","commit":"`+sha256+`"}]}`+"\n", line)
	for _, message := range []string{line, "cloned\n" + line, strings.TrimSuffix(line, "\n")} {
		got, found := makeOrder(t, 2).DecodeReport(message)
		require.True(t, found)
		require.Equal(t, want, got)
	}
}

func TestAReportFitsWhateverHappens(t *testing.T) {
	o := makeOrder(t, MaxRepositories)
	var long Report
	for i := range o.Repositories {
		o.Repositories[i].Ref = Ref{AnyRef, fmt.Sprintf("declared%d", i)}
		long.Sources = append(long.Sources, Source{"branch", strings.Repeat("ü", 100+i), sha256})
	}
	long.Sources[0].RefName = "main"
	line := long.Line()
	require.LessOrEqual(t, len(line), 4096)
	require.Greater(t, len(line), 3800, "no name is left out needlessly")
	got, found := o.DecodeReport(line)
	require.True(t, found)
	require.Equal(t, long.Sources[0], got.Sources[0], "the shortest stays")
	require.Equal(t, Source{"branch", "declared15", sha256}, got.Sources[15], "the longest is what the order tells")
}

func TestStrangeNamesOfServersAreLeftOut(t *testing.T) {
	for _, name := range []string{"a\nb", "a\x1b[31m", "\xff", "\u202e", strings.Repeat("a", 256)} {
		line := Report{[]Source{{"branch", name, sha1}}}.Line()
		got, found := makeOrder(t, 1).DecodeReport(line)
		require.True(t, found, "%q", line)
		require.Equal(t, Report{[]Source{{"branch", "", sha1}}}, got)
	}
}

func TestDecodeReportReadsNothingElse(t *testing.T) {
	right := Report{[]Source{{"branch", "main", sha1}}}.Line()
	for _, tc := range []struct{ name, message string }{
		{"nothing", ""},
		{"a sentence", "cloning app: repository not found"},
		{"another prefix", strings.TrimPrefix(right, "orderly:")},
		{"a line that was cut", right[:len(right)-3]},
		{"something behind it", right + "done"},
		{"an empty line behind it", right + "\n"},
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
		{"two sources for one repository", Report{[]Source{{"branch", "main", sha1}, {"branch", "main", sha1}}}.Line()},
		{"no sources", Report{}.Line()},
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
	f.Add("ref", "HEAD\n", sha1, "commit", "", sha1, Report{[]Source{{"branch", "main", sha1}}}.Line())
	f.Fuzz(func(t *testing.T, type1, name1, commit1, type2, name2, commit2, message string) {
		o := Order{Repositories: make([]Repository, 2)}
		for _, m := range []string{message, message + "\n" + Report{[]Source{{type1, name1, commit1}, {type2, name2, commit2}}}.Line()} {
			got, found := o.DecodeReport(m)
			if !found {
				continue
			}
			require.LessOrEqual(t, len(got.Line()), 4096)
			require.True(t, strings.HasSuffix(strings.TrimSuffix(m, "\n")+"\n", got.Line()))
			for _, s := range got.Sources {
				require.True(t, isHash(s.Commit))
				require.True(t, isPrintable(s.RefType+s.RefName))
			}
		}
		right := Report{[]Source{{"branch", name1, sha1}, {"ref", name2, sha256}}}
		_, found := o.DecodeReport(right.Line())
		require.True(t, found, "%q", right.Line())
	})
}
