package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// observed is a replica as the kernel sees its process (proc(5)).
type observed struct {
	t       *testing.T
	replica *replica
	// started is when the process began, in ticks since the machine did.
	started string
}

func observe(t *testing.T, r *replica) observed {
	t.Helper()
	o := observed{t: t, replica: r}
	o.started = o.stat()[startTime]
	return o
}

// Fields of /proc/PID/stat behind the name of the program, counted from 0.
const (
	childrensMinorFaults = 8
	childrensMajorFaults = 10
	startTime            = 19
)

// requireAlone asserts that it is still the same process, and that it never had another one: a child that has ended would have left its page faults.
func (o observed) requireAlone() {
	o.t.Helper()
	fields := o.stat()
	require.Equal(o.t, o.started, fields[startTime], "the webhook was restarted")
	require.Equal(o.t, "0 0", fields[childrensMinorFaults]+" "+fields[childrensMajorFaults], "the webhook ran another program")
	children, err := filepath.Glob(o.file("task/*/children"))
	require.NoError(o.t, err)
	require.NotEmpty(o.t, children)
	for _, file := range children {
		content, err := os.ReadFile(file)
		if !os.IsNotExist(err) { // a thread that has ended since
			require.NoError(o.t, err)
			require.Empty(o.t, string(content), "the webhook runs another program")
		}
	}
}

// Fields of /proc/PID/status that say how much memory a process has.
const (
	now    = "VmRSS:"
	atMost = "VmHWM:"
)

// memory is what the process has in memory, in KiB.
func (o observed) memory(field string) int {
	o.t.Helper()
	content, err := os.ReadFile(o.file("status"))
	require.NoError(o.t, err)
	_, rest, found := strings.Cut(string(content), field)
	require.True(o.t, found, "%s", content)
	var kib int
	_, err = fmt.Sscan(rest, &kib)
	require.NoError(o.t, err)
	return kib
}

// forgetPeak makes the most memory that the process ever had what it has now.
func (o observed) forgetPeak() {
	o.t.Helper()
	require.NoError(o.t, os.WriteFile(o.file("clear_refs"), []byte("5"), 0))
}

func (o observed) stat() []string {
	o.t.Helper()
	content, err := os.ReadFile(o.file("stat"))
	require.NoError(o.t, err, "the webhook ended; its log:\n%s", o.replica.readLog())
	text := string(content)
	return strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
}

func (o observed) file(name string) string {
	return fmt.Sprintf("/proc/%d/%s", o.replica.process.Process.Pid, name)
}
