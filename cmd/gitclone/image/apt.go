package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// apt is the machine's apt with state of its own, as of a machine of some architecture with nothing installed. It has the machine's
// sources, keys and proxies, needs no root, and leaves the machine's own lists alone.
type apt struct {
	architecture string
	config       string // its configuration file
	files        string // folder for what is downloaded
	complaint    string // of apt about sources that it could not reach, which need not be ours
}

// aptConfig is read after the machine's configuration. Hooks of the machine's have no business here, one that removes the packages
// that apt keeps among them. apt gives up root for a user that could not write into our folder.
const aptConfig = `Dir::State "%[1]s/state";
Dir::State::status "%[1]s/status";
Dir::Cache "%[1]s/cache";
APT::Architecture "%[2]s";
#clear APT::Architectures;
APT::Architectures { "%[2]s"; };
APT::Sandbox::User "%[3]s";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
#clear Acquire::IndexTargets::deb::DEP-11;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`

// newAPT lays the state out in a folder and fetches the lists of packages, which apt believes only with a good signature.
func newAPT(ctx context.Context, dir, architecture string) (*apt, error) {
	a := &apt{architecture: architecture, config: filepath.Join(dir, "apt.conf"), files: filepath.Join(dir, "files")}
	for _, name := range []string{"state/lists/partial", "cache/archives/partial", "files"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return nil, err
		}
	}
	user := ""
	if os.Geteuid() == 0 {
		user = "root"
	}
	for name, content := range map[string]string{"apt.conf": fmt.Sprintf(aptConfig, dir, architecture, user), "status": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return nil, err
		}
	}
	_, complaint, err := a.command(ctx, "apt-get", "update")
	if err != nil {
		return nil, fmt.Errorf("fetching the lists of packages: %w", err)
	}
	a.complaint = complaint
	return a, nil
}

// command runs a program of apt and returns what it prints and what it complains about.
func (a *apt) command(ctx context.Context, name string, args ...string) (string, string, error) {
	command := exec.CommandContext(ctx, name, slices.Concat([]string{"-q", "-c", a.config}, args)...)
	command.Dir = a.files
	command.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	return output(command)
}

// run is command for what needs the lists: when it goes wrong, the cause may be a source that could not be reached.
func (a *apt) run(ctx context.Context, name string, args ...string) (string, error) {
	out, _, err := a.command(ctx, name, args...)
	return out, a.explain(err)
}

func (a *apt) explain(err error) error {
	if err == nil || a.complaint == "" {
		return err
	}
	return fmt.Errorf("%w\n(before that, fetching the lists of packages: %s)", err, a.complaint)
}

// offered returns every version that the sources have of the packages.
func (a *apt) offered(ctx context.Context, names []string) ([]pinned, error) {
	out, err := a.run(ctx, "apt-cache", slices.Concat([]string{"show", "--all-versions"}, names)...)
	if err != nil {
		return nil, fmt.Errorf("asking for the versions of packages: %w", err)
	}
	return parseOffers(out), nil
}

// resolve returns the packages with all that they depend on, in the versions that the machine would install today.
func (a *apt) resolve(ctx context.Context, names []string) ([]pinned, error) {
	out, err := a.run(ctx, "apt-get", slices.Concat([]string{"install", "--simulate"}, names)...)
	if err != nil {
		return nil, fmt.Errorf("resolving what packages depend on: %w", err)
	}
	found := parsePlan(out)
	offers, err := a.offered(ctx, namesOf(found))
	if err != nil {
		return nil, err
	}
	for i, p := range found {
		at := slices.IndexFunc(offers, func(o pinned) bool { return o.name == p.name && o.version == p.version })
		if at < 0 {
			return nil, fmt.Errorf("apt would install %s, of which it tells no checksum", p)
		}
		found[i] = offers[at]
	}
	return found, nil
}

// download fetches packages into the folder a.files.
func (a *apt) download(ctx context.Context, packages []pinned) error {
	args := []string{"download"}
	for _, p := range packages {
		args = append(args, p.name+"="+p.version)
	}
	if _, err := a.run(ctx, "apt-get", args...); err != nil {
		return fmt.Errorf("downloading packages: %w", err)
	}
	return nil
}

func namesOf(packages []pinned) []string {
	var names []string
	for _, p := range packages {
		names = append(names, p.name)
	}
	return names
}
