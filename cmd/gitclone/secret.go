package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxKey bounds one value of a Secret, in bytes. Kubernetes takes no Secret that is larger as a whole.
const maxKey = 1 << 20

// loadSecret reads all values of a mounted Secret. The kubelet's own files begin with two dots.
func loadSecret(directory string) (map[string]string, error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("reading the Secret: %w", err)
	}
	values := map[string]string{}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "..") {
			continue
		}
		value, err := readAtMost(filepath.Join(directory, entry.Name()), maxKey)
		if err != nil {
			return nil, fmt.Errorf("reading the Secret: %w", err)
		}
		values[entry.Name()] = value
	}
	return values, nil
}

// readAtMost reads a file that must not be longer.
func readAtMost(name string, most int64) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // it is only read
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s is longer than %d bytes", name, most)
	}
	return string(content), err
}
