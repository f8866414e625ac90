package contract_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func makePlatforms() contract.Options {
	return contract.Options{
		PlatformCommands: []contract.PlatformCommand{
			{Architecture: "amd64", Words: []string{"/run \"it\"", "a\\b\n", "$$(X)", "é"}},
			{Architecture: "arm64"},
		},
		Args: []string{"all", "-v"},
	}
}

func TestCommandsOfPlatformsComeBackAsTheyWereWritten(t *testing.T) {
	want := makePlatforms()
	words := want.Words()
	require.Equal(t, []string{"-platform_entrypoint", `{"amd64":["/run \"it\"","a\\b\n","$$(X)","é"],"arm64":[]}`, "--"}, words)
	got, problems := contract.ParseOptions(append(words, want.Args...))
	require.Empty(t, problems)
	require.Equal(t, want, got)
}

func TestTheCommandOfTheNodesArchitectureIsChosen(t *testing.T) {
	for _, tc := range []struct {
		architecture, entrypoint string
		args                     []string
	}{
		{"amd64", "/run \"it\"", []string{"a\\b\n", "$$(X)", "é", "all", "-v"}},
		{"arm64", "all", []string{"-v"}},
	} {
		t.Run(tc.architecture, func(t *testing.T) {
			got, err := makePlatforms().On(tc.architecture)
			require.NoError(t, err)
			require.Equal(t, contract.Options{Entrypoint: tc.entrypoint, Args: tc.args}, got)
		})
	}
}

func TestAnArchitectureWithoutCommandIsRefused(t *testing.T) {
	_, err := makePlatforms().On("s390x")
	require.ErrorContains(t, err, "no command for the architecture of this node, s390x")
	empty := contract.Options{PlatformCommands: []contract.PlatformCommand{{Architecture: "arm64"}}}
	_, err = empty.On("arm64")
	require.ErrorContains(t, err, "empty command for arm64")
}

func TestACommandHasOnlySoManyArchitectures(t *testing.T) {
	var options contract.Options
	for i := range 101 {
		options.PlatformCommands = append(options.PlatformCommands, contract.PlatformCommand{Architecture: strconv.Itoa(i), Words: []string{"sh"}})
	}
	_, problems := contract.ParseOptions(options.Words())
	require.NotEmpty(t, problems)
	options.PlatformCommands = options.PlatformCommands[:100]
	_, problems = contract.ParseOptions(options.Words())
	require.Empty(t, problems)
}

func TestOptionsWithoutPlatformsStayAsTheyAre(t *testing.T) {
	want := contract.Options{Entrypoint: "make", Args: []string{"all"}}
	got, err := want.On("riscv64")
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestWhatIsNotACommandOfPlatformsIsRefused(t *testing.T) {
	for _, value := range []string{
		"", "{}", "[]", `{"amd64":"x"}`, `{"amd64":["x"]`, `{"amd64":["x"]} `, `{ "amd64":["x"]}`, `{"":["x"]}`, `{"amd64":["x",]}`,
		`{"amd64":["x"],"amd64":["y"]}`, `{"amd64":["x"],}`, `{"amd64":["\x"]}`, `{"amd64":[1]}`, "{\"amd64\":[\"\xff\"]}",
	} {
		t.Run(value, func(t *testing.T) {
			_, problems := contract.ParseOptions([]string{"-platform_entrypoint", value, "--"})
			require.NotEmpty(t, problems)
			require.ErrorContains(t, problems[0], "-platform_entrypoint")
		})
	}
}

func TestOneCommandOrOneForEachPlatform(t *testing.T) {
	_, problems := contract.ParseOptions([]string{"-platform_entrypoint", `{"amd64":["x"]}`, "-entrypoint", "x", "--"})
	require.Len(t, problems, 1)
	require.ErrorContains(t, problems[0], "-entrypoint and -platform_entrypoint contradict")
}
