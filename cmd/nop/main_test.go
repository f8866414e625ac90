package main_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNopEndsWellWhateverItIsTold(t *testing.T) {
	nop := filepath.Join(t.TempDir(), "nop")
	built, err := exec.Command("go", "build", "-o", nop, ".").CombinedOutput()
	require.NoError(t, err, string(built))

	for _, tc := range []struct {
		name string
		args []string
	}{
		{"nothing", nil},
		{"flags of another program", []string{"--config", "/etc/proxy.yaml", "-h"}},
		{"what would be help", []string{"help"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			said, err := exec.Command(nop, tc.args...).CombinedOutput()
			require.NoError(t, err)
			require.Empty(t, string(said))
		})
	}
}
