package gitclone

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// shorter are the cloner's waits that are too long for a test, by file, and what stands there instead. In all else it is the same program.
var shorter = map[string]struct{ usual, quick string }{
	"execute.go": {"usualSilence   = 5 * time.Minute", "usualSilence   = 5 * time.Second"},
	"retry.go":   {"patience{time.Second, 2 * time.Second, 4 * time.Second}", "patience{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}"},
}

// buildQuickCloner builds the cloner with short waits.
func buildQuickCloner() error {
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for name, wait := range shorter {
		file, err := filepath.Abs(filepath.Join("../../cmd/gitclone", name))
		if err != nil {
			return err
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.Count(string(source), wait.usual) != 1 {
			return fmt.Errorf("%s no longer has %q once: write the wait as it is now", file, wait.usual)
		}
		quick := filepath.Join(scratch, name)
		if err := os.WriteFile(quick, []byte(strings.Replace(string(source), wait.usual, wait.quick, 1)), 0o600); err != nil {
			return err
		}
		overlay.Replace[file] = quick
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(scratch, "overlay.json"), list, 0o600); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-trimpath", "-overlay", filepath.Join(scratch, "overlay.json"), "-o", quickCloner, "orderly.dev/cmd/gitclone")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the cloner: %w\n%s", err, out)
	}
	return nil
}
