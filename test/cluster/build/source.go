package build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FindSource returns the folder of this module, looking upward from the working directory and from where this program lies: it
// can be called from anywhere in the checkout, and a binary of it from anywhere at all.
func FindSource() (string, error) {
	var starts []string
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(exe))
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			for _, candidate := range []string{dir, filepath.Join(dir, "test", "cluster")} {
				if _, err := os.Stat(filepath.Join(candidate, "parts", "kubernetes", "go.mod")); err == nil {
					return candidate, nil
				}
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", errors.New("the folder test/cluster, which holds the modules to build, is not here: call this from inside the checkout")
}

// modfile returns the go.mod that builds the component, and the version of it that this names. Kubernetes has several: go.mod for the
// default version and go-VERSION.mod for each other.
func (c Component) modfile(source, kube string) (file, version string, err error) {
	file = filepath.Join(source, c.Part, "go.mod")
	if c.Module == "" {
		return file, "dev", nil
	}
	version, err = required(file, c.Module)
	if err != nil || c.Module != kubernetes || version == "v"+kube {
		return file, version, err
	}
	file = filepath.Join(source, c.Part, "go-"+kube+".mod")
	version, err = required(file, c.Module)
	if errors.Is(err, os.ErrNotExist) {
		return "", "", fmt.Errorf("no modfile for Kubernetes %s; there are %s; %s makes another",
			kube, strings.Join(kubernetesVersions(source), ", "), filepath.Join(source, c.Part, "new-version.sh"))
	}
	return file, version, err
}

// required reads the version of a module that a go.mod requires.
func required(modfile, module string) (string, error) {
	content, err := os.ReadFile(modfile)
	if err != nil {
		return "", fmt.Errorf("reading the version of %s: %w", module, err)
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == module && strings.HasPrefix(fields[1], "v") {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", modfile, module)
}

// kubernetesVersions lists the versions that can be built.
func kubernetesVersions(source string) []string {
	files, _ := filepath.Glob(filepath.Join(source, "parts", "kubernetes", "go*.mod"))
	var versions []string
	for _, file := range files {
		if version, err := required(file, kubernetes); err == nil {
			versions = append(versions, strings.TrimPrefix(version, "v"))
		}
	}
	slices.Sort(versions)
	return versions
}
