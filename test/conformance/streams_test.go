package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStandardInputArrivesUnchanged(t *testing.T) {
	const size = 100_000_000
	eachTool(t, func(t *testing.T, tl tool) {
		sent := sha256.New()
		cmd := prepare(t, tl, "sha256sum")
		cmd.Stdin = io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{}), size), sent)

		r := start(t, cmd)

		arrived, _, _ := strings.Cut(r.line(t), " ")
		require.Equal(t, 0, r.exit(t), r.state())
		require.Equal(t, hex.EncodeToString(sent.Sum(nil)), arrived)
	})
}

func TestACommandWhoseReaderHasGoneDiesOfIt(t *testing.T) {
	eachTool(t, func(t *testing.T, tl tool) {
		r := start(t, prepare(t, tl, "yes"))
		require.Equal(t, "y", r.line(t))
		require.NoError(t, r.output.Close())
		require.Equal(t, 128+int(syscall.SIGPIPE), r.exit(t), r.state())
	})
}

func TestACommandRunsWithClosedStandardStreams(t *testing.T) {
	// Go's runtime opens closed standard streams on /dev/null before the wrapper's first line, as containers' runtimes do. tini
	// refuses to run without a standard input.
	type outcome struct {
		exit int
		seen string
	}
	closed, null := outcome{5, "closed closed"}, outcome{5, "null null"}
	want := map[tool]outcome{bare: closed, tini: {exit: 1}, dumbInit: closed, orderlyGate: null, orderlyStep: null}
	// Only built-ins: a pipe would take the place of what is closed.
	const tell = `
state() { if [ ! -e $1 ]; then state=closed; elif [ $1 -ef /dev/null ]; then state=null; else state=open; fi; }
state /proc/$$/fd/0; input=$state
state /proc/$$/fd/1; output=$state
echo seen: $input $output >&2
exit 5`
	eachTool(t, func(t *testing.T, tl tool) {
		cmd := prepare(t, tl, "sh", "-c", tell)
		closing := exec.Command("sh", append([]string{"-c", `exec "$@" <&- >&-`, "sh"}, cmd.Args...)...)
		closing.SysProcAttr = cmd.SysProcAttr
		r := start(t, closing)
		got := outcome{exit: r.exit(t)}
		said, err := os.ReadFile(r.complaints)
		require.NoError(t, err)
		_, seen, _ := strings.Cut(string(said), "seen: ")
		got.seen = strings.TrimSpace(seen)
		require.Equal(t, want[tl], got, r.state())
	})
}
