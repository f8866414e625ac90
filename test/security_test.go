package test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What SECURITY.md says is shown by a test is the name of one.
func TestSecurityNamesTestsThatExist(t *testing.T) {
	text := readFile(t, "SECURITY.md")
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, names)
	there := testNames(t)
	for _, name := range names {
		require.Contains(t, there, name[1])
	}
	for _, file := range regexp.MustCompile("`(mutate/testdata/[^`]+)`").FindAllStringSubmatch(text, -1) {
		require.FileExists(t, filepath.Join("..", file[1]))
	}
}

// testNames are the names of all tests and fuzz targets of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range function.FindAllSubmatch(text, -1) {
			names[string(found[1])] = true
		}
		return err
	}))
	return names
}
