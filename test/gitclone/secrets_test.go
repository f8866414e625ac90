package gitclone

import (
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/gitclone/container"
)

// notSecret are the keys of a Secret that anybody may know.
var notSecret = []string{"username", "known_hosts", "ca.crt"}

// forms are the secrets in all the forms in which somebody could let them slip: as they are, in base64, encoded for an address, in hexadecimal.
func forms(secrets map[string]map[string]string) []string {
	var all []string
	for _, data := range secrets {
		for key, value := range data {
			value = strings.TrimSpace(value)
			if slices.Contains(notSecret, key) || value == "" {
				continue
			}
			texts := []string{value, data["username"] + ":" + value}
			if key == "ssh-privatekey" {
				texts = keyLines(value)
			}
			if _, parameter, found := strings.Cut(value, " "); key == "token" && found {
				texts = append(texts, parameter)
			}
			for _, text := range texts {
				encoded := []byte(text)
				all = append(all, text, base64.StdEncoding.EncodeToString(encoded), base64.URLEncoding.EncodeToString(encoded), url.QueryEscape(text),
					url.PathEscape(text), url.UserPassword("", text).String()[1:], hex.EncodeToString(encoded))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// keyLines are the lines of a private key that are secret.
func keyLines(key string) []string {
	lines := strings.Split(key, "\n")
	if len(lines) < 4 {
		return []string{key}
	}
	return lines[2 : len(lines)-1]
}

// requireUnsaid proves that no text is in what the cloner said, nor in any file that stays or in its name.
func requireUnsaid(t *testing.T, p *container.Pod, result container.Result, texts []string) {
	t.Helper()
	require.Empty(t, found(result.Log+result.Message, texts), "a secret is in the log")
	if len(texts) == 0 {
		return
	}
	for _, volume := range p.Volumes() {
		require.NoError(t, filepath.WalkDir(volume, func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			require.NoError(t, err)
			content := path
			switch {
			case d.Type().IsRegular():
				bytes, err := os.ReadFile(path)
				require.NoError(t, err)
				content += string(bytes)
			case d.Type()&fs.ModeSymlink != 0:
				target, err := os.Readlink(path)
				require.NoError(t, err)
				content += target
			}
			require.Empty(t, found(content, texts), "a secret is in %s", path)
			return nil
		}))
	}
}

// found are the texts that a content holds.
func found(content string, texts []string) []string {
	var all []string
	for _, text := range texts {
		if strings.Contains(content, text) {
			all = append(all, text)
		}
	}
	return all
}
