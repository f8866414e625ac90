package contract_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestOptionsComeBackAsTheyWereWritten(t *testing.T) {
	for _, tc := range []struct {
		name string
		want contract.Options
	}{
		{"the least there can be", contract.Options{Entrypoint: "true"}},
		{"a step", contract.Options{
			WaitFiles: []string{"/r/a/done", "/r/b/done"}, ReadyFiles: []string{"/d/ready"}, PostFile: "/r/c/done",
			Restartable: true, Step: "c", TerminationPath: "/dev/termination-log", Entrypoint: "sh", Args: []string{"-c", "--", "-step"},
		}},
		{"a sidecar", contract.Options{
			StopFiles: []string{"/r/a/done"}, Grace: 90 * time.Second, WaitFileContent: true, Entrypoint: "-odd",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, problems := contract.ParseOptions(append(tc.want.Words(), tc.want.Args...))
			require.Empty(t, problems)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestDurationsAreReadableByPeople(t *testing.T) {
	words := contract.Options{StopFiles: []string{"/r/a/done"}, Grace: 90 * time.Second, Entrypoint: "sh"}.Words()
	require.Equal(t, []string{"-stop_file", "/r/a/done", "-grace", "1m30s", "-entrypoint", "sh", "--"}, words)
}

func TestEveryProblemOfTheFlagsIsReported(t *testing.T) {
	_, problems := contract.ParseOptions([]string{
		"-nonsense", "word", "-grace", "0s", "-post_file", "relative", "-stop_file", "/a", "-step", "Not A Name", "-wait_file", "--",
	})
	var texts []string
	for _, p := range problems {
		texts = append(texts, p.Error())
	}
	require.Equal(t, []string{
		`unknown flag -nonsense`,
		`"word" is not a flag; arguments of the command follow --`,
		`flag -grace: "0s" is not a duration such as 30s or 1m30s`,
		`flag -post_file: "relative" is not an absolute path`,
		`flag -step: "Not A Name" is not the name of a container`,
		`flag -wait_file needs a value: F,…`,
		`flag -entrypoint is missing: it names the command to run`,
	}, texts)
}

func TestFlagGivenTwiceIsRefused(t *testing.T) {
	_, problems := contract.ParseOptions([]string{"-wait_file", "/a", "-wait_file", "/b", "-entrypoint", "x", "--", "-wait_file", "-wait_file"})
	require.Len(t, problems, 1)
	require.EqualError(t, problems[0], "flag -wait_file is given twice")
}

func TestStepCannotWaitForItself(t *testing.T) {
	_, problems := contract.ParseOptions([]string{"-step", "a", "-post_file", "/a/done", "-wait_file", "/b/done,/a/done", "-entrypoint", "x", "--"})
	require.Len(t, problems, 1)
	require.ErrorContains(t, problems[0], "-post_file")
}

func TestAValueIsNoLongerThanLinuxAllows(t *testing.T) {
	longest := strings.Repeat("x", contract.MaxWord)
	_, problems := contract.ParseOptions([]string{"-entrypoint", longest, "--"})
	require.Empty(t, problems)
	_, problems = contract.ParseOptions([]string{"-entrypoint", longest + "x", "--"})
	require.ErrorContains(t, problems[0], "longer than Linux allows")
}

func TestContradictingFlagsAreNamed(t *testing.T) {
	_, problems := contract.ParseOptions([]string{"-post_file", "/a", "-stop_file", "/b", "-entrypoint", "x", "--"})
	require.Len(t, problems, 2)
	require.ErrorContains(t, problems[0], "-step")
	require.ErrorContains(t, problems[1], "-post_file and -stop_file contradict")
}

func TestResultIsNamedOnce(t *testing.T) {
	_, problems := contract.ParseOptions([]string{"-results", "a,b,a", "-results_dir", "/r", "-entrypoint", "x", "--"})
	require.Len(t, problems, 1)
	require.EqualError(t, problems[0], `flag -results: "a" is named twice`)
}

func TestWrapperIsFoundBehindOtherTools(t *testing.T) {
	options := contract.Options{PostFile: "/r/a/done", Step: "a", Entrypoint: "make", Args: []string{"all"}}
	wrapped := slices.Concat([]string{contract.WrapperPath}, options.Words(), options.Args)
	for _, tc := range []struct {
		name  string
		words []string
		want  int
	}{
		{"alone", wrapped, 1},
		{"behind another tool", slices.Concat([]string{"/vault/vault-env"}, wrapped), 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, found := contract.FindWrapper(tc.words)
			require.True(t, found)
			require.Equal(t, options, got.Options)
			require.Equal(t, tc.want, got.Flags)
			require.Equal(t, options.Words(), tc.words[got.Flags:got.End])
		})
	}
}

func TestWhatIsNotTheWrapperIsNotFound(t *testing.T) {
	for _, tc := range []struct {
		name  string
		words []string
	}{
		{"nothing", nil},
		{"another command", []string{"sh", "-c", "true"}},
		{"the path inside a word", []string{"sh", "-c", contract.WrapperPath}},
		{"the wrapper without the end of its flags", []string{contract.WrapperPath, "-entrypoint", "sh"}},
		{"the wrapper with flags of another version", []string{contract.WrapperPath, "-later", "-entrypoint", "sh", "--"}},
		{"the wrapper with more words than there are flags", slices.Concat(
			[]string{contract.WrapperPath, "-entrypoint", "sh"}, slices.Repeat([]string{"word"}, 2*len(contract.Flags())), []string{"--"})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, found := contract.FindWrapper(tc.words)
			require.False(t, found)
		})
	}
}

func FuzzParsedOptionsAreEncodedTheSame(f *testing.F) {
	f.Add("-entrypoint", "sh", "--", "-c")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		options, problems := contract.ParseOptions([]string{a, b, c, d})
		if len(problems) > 0 {
			return
		}
		again, problems := contract.ParseOptions(append(options.Words(), options.Args...))
		require.Empty(t, problems)
		require.Equal(t, options, again)
	})
}
