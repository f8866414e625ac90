package host

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hierarchy is one cgroup tree of the machine: a cgroup v1 machine has one for each controller (and perhaps a v2 tree without
// controllers beside them), a cgroup v2 machine has one for all.
type Hierarchy struct {
	Path    string // where it is mounted
	Unified bool   // cgroup v2
}

// Hierarchies picks the cgroup trees from the machine's mounts.
func Hierarchies(mounts []Mount) []Hierarchy {
	var found []Hierarchy
	for _, m := range mounts {
		if (m.Type == "cgroup" || m.Type == "cgroup2") && Below(m.Path, "/sys/fs/cgroup") {
			found = append(found, Hierarchy{Path: m.Path, Unified: m.Type == "cgroup2"})
		}
	}
	return found
}

// UnifiedOnly reports whether the machine has cgroup v2 alone: a v2 tree beside v1 ones has no controllers.
func UnifiedOnly(all []Hierarchy) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(h Hierarchy) bool { return !h.Unified })
}

// Cgroup is a group that we made, by the same name in every hierarchy of the machine. All containers of the node run below it.
type Cgroup struct {
	dirs []Hierarchy
}

// NewCgroup names the group; it need not exist.
func NewCgroup(name string) (Cgroup, error) {
	mounts, err := Mounts()
	if err != nil {
		return Cgroup{}, err
	}
	var c Cgroup
	for _, h := range Hierarchies(mounts) {
		c.dirs = append(c.dirs, Hierarchy{Path: filepath.Join(h.Path, name), Unified: h.Unified})
	}
	if len(c.dirs) == 0 {
		return Cgroup{}, errors.New("no cgroup tree is mounted below /sys/fs/cgroup; the kubelet and runc cannot work without one")
	}
	return c, nil
}

// Unified reports whether the machine has cgroup v2 alone.
func (c Cgroup) Unified() bool { return UnifiedOnly(c.dirs) }

// Create makes the group and gives it the resources that a child needs to be usable.
func (c Cgroup) Create() error {
	for _, dir := range c.dirs {
		if err := os.MkdirAll(dir.Path, 0o755); err != nil {
			return fmt.Errorf("making the node's cgroup: %w", err)
		}
		var err error
		if dir.Unified {
			err = delegateControllers(filepath.Dir(dir.Path))
		} else {
			err = inheritCPUSet(dir.Path)
		}
		if err != nil {
			return fmt.Errorf("preparing cgroup %s: %w", dir.Path, err)
		}
	}
	return nil
}

// delegateControllers lets the children of a v2 group use all its controllers. On the root this is what systemd and every
// container runtime do too; it limits nobody by itself.
func delegateControllers(parent string) error {
	available, err := os.ReadFile(filepath.Join(parent, "cgroup.controllers"))
	if err != nil {
		return err
	}
	enabled, err := os.ReadFile(filepath.Join(parent, "cgroup.subtree_control"))
	if err != nil {
		return err
	}
	for controller := range strings.FieldsSeq(string(available)) {
		if slices.Contains(strings.Fields(string(enabled)), controller) {
			continue
		}
		if err := os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// inheritCPUSet copies the parent's processors and memory nodes: a new v1 cpuset has none, and nothing can run in it.
func inheritCPUSet(dir string) error {
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		own, err := os.ReadFile(filepath.Join(dir, file))
		if errors.Is(err, fs.ErrNotExist) {
			return nil // not the cpuset tree
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(own)) > 0 {
			continue
		}
		parents, err := os.ReadFile(filepath.Join(filepath.Dir(dir), file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file), parents, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Exists reports whether the group is there in any hierarchy.
func (c Cgroup) Exists() bool {
	return slices.ContainsFunc(c.dirs, func(h Hierarchy) bool {
		_, err := os.Stat(h.Path)
		return err == nil
	})
}

// Processes returns all that run in the group or below it.
func (c Cgroup) Processes() []Process {
	seen := map[int]bool{}
	var found []Process
	for _, dir := range c.folders() {
		content, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
		for field := range strings.FieldsSeq(string(content)) {
			pid, err := strconv.Atoi(field)
			if err != nil || pid <= 1 || seen[pid] {
				continue
			}
			seen[pid] = true
			if p, err := Identify(pid); err == nil && p.Alive() {
				found = append(found, p)
			}
		}
	}
	return found
}

// Remove kills what runs in the group and removes it. Removing is tried again for a while: the kernel takes its time to
// account for the processes that have just ended.
func (c Cgroup) Remove() error {
	for deadline := time.Now().Add(killDeadline); ; {
		var errs []error
		for _, p := range c.Processes() {
			errs = append(errs, p.Signal(9))
		}
		for _, dir := range c.folders() {
			thaw(dir)
			if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, fmt.Errorf("removing cgroup: %w", err))
			}
		}
		if !c.Exists() {
			return nil
		}
		if time.Now().After(deadline) {
			return errors.Join(errs...)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// thaw lets frozen processes go on: a frozen one does not even die.
func thaw(dir string) {
	_ = writeExisting(filepath.Join(dir, "freezer.state"), "THAWED")
	_ = writeExisting(filepath.Join(dir, "cgroup.freeze"), "0")
}

// writeExisting writes to a file that is there already; files cannot be made in a cgroup.
func writeExisting(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}

// folders lists the group's folders and all below them, children before their parents.
func (c Cgroup) folders() []string {
	var found []string
	for _, root := range c.dirs {
		_ = filepath.WalkDir(root.Path, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				found = append(found, path)
			}
			return nil // what has gone meanwhile needs nothing more
		})
	}
	slices.Reverse(found)
	return found
}
