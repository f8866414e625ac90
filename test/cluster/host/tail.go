package host

import (
	"fmt"
	"os"
	"strings"
)

// tailBytes bounds what Tail reads: 20 long lines of a component's log fit in it several times.
const tailBytes = 64 << 10

// lineBytes cuts lines that would bury the others: etcd prints its whole configuration in one.
const lineBytes = 400

// Tail returns the last lines of a file, indented, for an error message; a reason in words where it cannot be read.
func Tail(path string, lines int) string {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Sprintf("  (cannot be read: %v)", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return fmt.Sprintf("  (cannot be read: %v)", err)
	}
	size := min(info.Size(), tailBytes)
	content := make([]byte, size)
	n, _ := file.ReadAt(content, info.Size()-size)
	all := strings.Split(strings.TrimRight(string(content[:n]), "\n"), "\n")
	all = all[max(0, len(all)-lines):]
	for i, line := range all {
		if len(line) > lineBytes {
			all[i] = line[:lineBytes] + "…"
		}
	}
	return "  " + strings.Join(all, "\n  ")
}
