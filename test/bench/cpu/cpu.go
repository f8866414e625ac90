// Package cpu tells what a benchmark costs the processor, program by program.
package cpu

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of the processor's times in /proc.
const tick = 10 * time.Millisecond

// nameLength is how much Linux keeps of a program's name (TASK_COMM_LEN).
const nameLength = 15

// Name is that of this program in [Used].
func Name() string {
	name := filepath.Base(os.Args[0])
	return name[:min(len(name), nameLength)]
}

// Used is the processor's time of this program and its children so far, such as the API server and etcd, by the name of the program's file, of which
// Linux keeps the first 15 letters. Of several with one name it is the sum. A child that has ended counts no more.
func Used() (map[string]time.Duration, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	used := map[string]time.Duration{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		if err := add(used, string(text), strconv.Itoa(os.Getpid())); err != nil {
			return nil, fmt.Errorf("reading %s: %w", file, err)
		}
	}
	return used, nil
}

// add adds the processor's time in a line of /proc/PID/stat (see proc_pid_stat(5)), if it is that of the process or a child of it.
func add(used map[string]time.Duration, stat, process string) error {
	opened, closed := strings.Index(stat, "("), strings.LastIndex(stat, ")") // the name between them may hold anything
	const parent, user, system = 1, 11, 12                                   // the state is the first behind the name
	if opened < 1 || closed < opened {
		return fmt.Errorf("unexpected text %q", stat)
	}
	fields := strings.Fields(stat[closed+1:])
	if len(fields) <= system {
		return fmt.Errorf("unexpected text %q", stat)
	}
	if stat[:opened-1] != process && fields[parent] != process {
		return nil
	}
	for _, field := range []string{fields[user], fields[system]} {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return err
		}
		used[stat[opened+1:closed]] += time.Duration(ticks) * tick
	}
	return nil
}
