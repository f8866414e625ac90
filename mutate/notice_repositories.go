package mutate

import (
	"fmt"
	"path"

	"orderly.dev/mutate/contract/clone"
)

// noticeRepositories: credentials that anybody on the way can read; containers in which git refuses a repository of another user's; and a container
// that starts where nothing is.
func noticeRepositories(s subject, d decision) []string {
	if !d.settings.clones() {
		return nil
	}
	var warnings []string
	order := d.settings.repositories
	for _, r := range order.Repositories {
		if r.Secret != "" && r.URL.Scheme == clone.HTTP {
			warnings = append(warnings, fmt.Sprintf("repository %s: what Secret %s holds is sent over http, so that anybody on the way can read it; use https",
				placeOf(r), r.Secret))
		}
	}
	for _, c := range s.containers() {
		if !d.shares(c.Name) {
			continue
		}
		env, starts := c.Env, c.WorkingDir
		if d.wasTold(c.Container) {
			env = withoutGitConfig(env, d.earlier)
			if starts == startDir(d.earlier) {
				starts = ""
			}
		}
		if hasGitConfig(withoutGitConfig(env, order)) {
			warnings = append(warnings, fmt.Sprintf("%s %q configures git by %s of its own, so git is not told there that it may trust the repositories, "+
				"which it refuses where they belong to another user; add safe.directory to it", d.noun(c.Name), c.Name, gitConfigCount))
		}
		if isNowhere(starts, order) {
			warnings = append(warnings, fmt.Sprintf("%s %q starts in %s, which is in none of the repositories: it is an empty directory, unless something "+
				"before it makes it", d.noun(c.Name), c.Name, cut(starts, maxValue)))
		}
	}
	return warnings
}

// isNowhere reports whether a directory is below the workspace, and neither in a repository nor on the way to one.
func isNowhere(directory string, o clone.Order) bool {
	at := path.Clean(directory)
	if !inside(at, o.Workspace) {
		return false
	}
	for _, r := range o.Repositories {
		if dir := o.Dir(r); at == dir || inside(at, dir) || inside(dir, at) {
			return false
		}
	}
	return true
}

// placeOf names a repository by its path, which nobody else has; the one that is the workspace itself by its address too.
func placeOf(r clone.Repository) string {
	if r.Path == "." {
		return r.URL.Name() + " (.)"
	}
	return string(r.Path)
}
