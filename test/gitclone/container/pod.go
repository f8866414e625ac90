package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// Image is what the cloner's container is made of.
type Image struct {
	// Root is the folder of the image's files. It is not written.
	Root string
	// Cloner is the program that is run as /gitclone, instead of the image's. Empty is the image's.
	Cloner string
	// Programs are files or folders of this machine, by the path that they have in the container.
	Programs map[string]string
	// Authorities is added to the public authorities that the image trusts, PEM.
	Authorities []byte
	// Hosts are lines of /etc/hosts.
	Hosts string
}

// Pod is what the volumes and the user of a Pod are made of.
type Pod struct {
	Image Image
	Order clone.Order
	// Argument is what the cloner is told, instead of the order, where it is not empty.
	Argument string
	// User is the UID of the cloner. Its group is 0, as where no runAsGroup is set.
	User int
	// Secrets are the data of each Secret by its name.
	Secrets map[string]map[string]string
	// Dir is a new folder for its volumes. They stay between starts, as an emptyDir on disk does; [contract.PrivateDir] does too.
	Dir string
}

// Tree is the folder that the steps see as their workspace.
func (p *Pod) Tree() string { return filepath.Join(p.Dir, "trees", contract.TreeSubPath) }

// Trees is the whole volume of it, with what only the cloner sees.
func (p *Pod) Trees() string { return filepath.Join(p.Dir, "trees") }

// Env is the content of [contract.CloneEnvFile].
func (p *Pod) Env() (string, error) {
	content, err := os.ReadFile(filepath.Join(p.Dir, "run", filepath.Base(contract.CloneEnvFile)))
	return string(content), err
}

// Volumes are the folders that live longer than the cloner, or that others see.
func (p *Pod) Volumes() []string {
	return []string{p.Trees(), filepath.Join(p.Dir, "run"), filepath.Join(p.Dir, "termination-log")}
}

// layer is what lies over the image: files of the kubelet, and the places of mounts.
func (p *Pod) layer() error {
	layer := filepath.Join(p.Dir, "layer")
	folders := []string{"builder/trees", "builder/private", "builder/run/" + contract.CloneContainer, "proc", "dev", "etc/ssl/certs"}
	for name := range p.Secrets {
		folders = append(folders, filepath.Join("builder/secrets", name))
	}
	var problems []error
	for _, folder := range folders {
		problems = append(problems, os.MkdirAll(filepath.Join(layer, folder), 0o755))
	}
	bundle, err := os.ReadFile(filepath.Join(p.Image.Root, "etc/ssl/certs/ca-certificates.crt"))
	problems = append(problems, err)
	files := map[string][]byte{
		"dev/termination-log": nil, "dev/null": nil, "dev/zero": nil, "dev/random": nil, "dev/urandom": nil,
		"etc/hosts":                         []byte("127.0.0.1 localhost\n" + p.Image.Hosts),
		"etc/resolv.conf":                   []byte("nameserver 127.0.0.1\n"),
		"etc/ssl/certs/ca-certificates.crt": append(bundle, p.Image.Authorities...),
		"etc/gitconfig":                     []byte("[core]\n\tbare = maybe\n"), // of the machine: git must not read it
		contract.ToolsCloner[1:]:            nil,
	}
	for inContainer, here := range p.Image.Programs {
		folder := inContainer
		if info, err := os.Stat(here); err != nil || !info.IsDir() {
			files[inContainer[1:]], folder = nil, filepath.Dir(inContainer)
		}
		problems = append(problems, os.MkdirAll(filepath.Join(layer, folder), 0o755))
	}
	for name, content := range files {
		problems = append(problems, os.WriteFile(filepath.Join(layer, name), content, 0o644))
	}
	return errors.Join(problems...)
}

// volumes makes the emptyDirs, which are open to everybody, and the Secrets as the kubelet lays them out.
func (p *Pod) volumes() error {
	var problems []error
	for _, name := range []string{"root", "trees", "private", "run"} {
		problems = append(problems, os.MkdirAll(filepath.Join(p.Dir, name), 0o755), os.Chmod(filepath.Join(p.Dir, name), 0o777))
	}
	message := filepath.Join(p.Dir, "termination-log")
	problems = append(problems, os.WriteFile(message, nil, 0o666), os.Chmod(message, 0o666))
	for name, data := range p.Secrets {
		problems = append(problems, p.secret(name, data))
	}
	return errors.Join(problems...)
}

func (p *Pod) secret(name string, data map[string]string) error {
	volume := filepath.Join(p.Dir, "secrets", name)
	if _, err := os.Stat(volume); err == nil {
		return nil // started again
	}
	const version = "..2026_01_01_00_00_00.1"
	problems := []error{os.MkdirAll(filepath.Join(volume, version), 0o755), os.Symlink(version, filepath.Join(volume, "..data"))}
	for key, value := range data {
		problems = append(problems, os.WriteFile(filepath.Join(volume, version, key), []byte(value), 0o444),
			os.Symlink(filepath.Join("..data", key), filepath.Join(volume, key)))
	}
	return errors.Join(problems...)
}

// ReadMessage is the content of /dev/termination-log.
func (p *Pod) ReadMessage() (string, error) {
	content, err := os.ReadFile(filepath.Join(p.Dir, "termination-log"))
	if err != nil {
		return "", fmt.Errorf("reading the termination message: %w", err)
	}
	return string(content), nil
}
