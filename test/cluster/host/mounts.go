package host

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Mount is one line of /proc/self/mountinfo, as far as it matters here.
type Mount struct {
	Path string
	Type string // of the file system
}

// Mounts returns the mounts that this process sees, in the order they were made.
func Mounts() ([]Mount, error) {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("listing mounts: %w", err)
	}
	defer func() { _ = file.Close() }()
	return parseMounts(file)
}

// parseMounts reads lines of the form `ID PARENT MAJ:MIN ROOT PATH OPTIONS [TAGS…] - TYPE SOURCE OPTIONS`.
func parseMounts(r io.Reader) ([]Mount, error) {
	var mounts []Mount
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20) // the options of one overlay mount name all its layers
	for lines.Scan() {
		place, system, found := strings.Cut(lines.Text(), " - ")
		fields, types := strings.Fields(place), strings.Fields(system)
		if !found || len(fields) < 6 || len(types) < 1 {
			return nil, fmt.Errorf("unknown form of mountinfo: %q", lines.Text())
		}
		mounts = append(mounts, Mount{Path: unescape(fields[4]), Type: types[0]})
	}
	return mounts, lines.Err()
}

// unescape turns the kernel's \040 and the like back into the characters they stand for.
func unescape(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '\\' && i+3 < len(path) {
			if code, err := strconv.ParseUint(path[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

// Below reports whether path is the folder or lies in it.
func Below(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

// MountsBelow returns the mounts at or below the folders, the latest first: a mount is always later than the one it lies on.
func MountsBelow(folders ...string) ([]Mount, error) {
	all, err := Mounts()
	if err != nil {
		return nil, err
	}
	ours := slices.DeleteFunc(all, func(m Mount) bool {
		return !slices.ContainsFunc(folders, func(folder string) bool { return Below(m.Path, folder) })
	})
	slices.Reverse(ours)
	return ours, nil
}

// unmountRounds bounds Unmount: a mount that was hidden by another shows only when that one is gone.
const unmountRounds = 5

// Unmount takes away every mount at or below the folders. They are detached, not waited for: whoever still has a file open there
// keeps only that file.
func Unmount(folders ...string) error {
	var errs []error
	for range unmountRounds {
		mounts, err := MountsBelow(folders...)
		if err != nil {
			return err
		}
		if len(mounts) == 0 {
			return nil
		}
		errs = nil
		for _, m := range mounts {
			err := syscall.Unmount(m.Path, syscall.MNT_DETACH)
			if err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOENT) {
				errs = append(errs, fmt.Errorf("unmounting %s: %w", m.Path, err))
			}
		}
	}
	return errors.Join(errs...)
}
