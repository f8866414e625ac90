package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxSize is what the wrapper may weigh, in bytes: it is pulled to every node and read in front of every container.
const maxSize = 2_000_000

func TestTheWrapperIsSmallOnEveryPlatform(t *testing.T) {
	for _, platform := range []string{"amd64", "arm64"} {
		t.Run(platform, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "entrypoint")
			build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
			build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+platform)
			out, err := build.CombinedOutput()
			require.NoError(t, err, string(out))
			info, err := os.Stat(binary)
			require.NoError(t, err)
			require.LessOrEqual(t, info.Size(), int64(maxSize))
		})
	}
}
