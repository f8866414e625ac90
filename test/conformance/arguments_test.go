package conformance

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxArgument is the kernel's bound of one argument in bytes, without its end (MAX_ARG_STRLEN of execve(2), 32 pages).
const maxArgument = 131_071

// maxArguments is the kernel's bound of all arguments with the environment, in bytes: a quarter of the stack's, but at most
// three quarters of 8 MiB (execve(2)).
func maxArguments(t *testing.T) int {
	t.Helper()
	var stack syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_STACK, &stack))
	return int(min(stack.Cur/4, 6<<20))
}

func TestArgumentsUpToTheKernelsLimitArrive(t *testing.T) {
	const forTheTools = 4096 // the tools' own words and the path of the program, which the kernel counts twice
	room := maxArguments(t) - forTheTools
	var arguments []string
	const pointer, end = 8, 1
	for room > pointer+end {
		length := min(maxArgument, room-pointer-end)
		arguments = append(arguments, strings.Repeat("a", length))
		room -= length + pointer + end
	}
	command := append([]string{"/usr/bin/printf", `%s\n`}, arguments...)
	withoutEnvironment := []string{"PATH=/usr/bin:/bin"}

	eachTool(t, func(t *testing.T, tl tool) {
		cmd := prepare(t, tl, command...)
		cmd.Env = withoutEnvironment
		r := start(t, cmd)
		require.True(t, strings.Join(arguments, "\n")+"\n" == r.rest(t), "what arrived differs; %s", r.state())
		require.Equal(t, 0, r.exit(t), r.state())
	})

	t.Run("the kernel refuses more", func(t *testing.T) {
		more := exec.Command(command[0], append(command[1:], strings.Repeat("a", forTheTools))...)
		more.Env = withoutEnvironment
		require.ErrorIs(t, more.Run(), syscall.E2BIG)
		require.ErrorIs(t, exec.Command("/usr/bin/printf", strings.Repeat("a", maxArgument+1)).Run(), syscall.E2BIG)
	})
}
