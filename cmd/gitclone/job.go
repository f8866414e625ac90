package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"orderly.dev/mutate/contract/clone"
)

// job clones one repository.
type job struct {
	repository clone.Repository
	// tree is where git works.
	tree string
	// private is the directory of its credentials.
	private  string
	secrets  string
	around   surroundings
	patience patience
	silence  time.Duration
	log      *journal
}

// made is what a job left.
type made struct {
	source clone.Source
	// files is how many were written, but for those of submodules.
	files int
}

// run makes the whole tree. What it leaves when it fails is of no use to anybody.
func (j job) run(ctx context.Context) (made, error) {
	defer os.RemoveAll(j.private) //nolint:errcheck // the volume is in memory, for this container alone; the next start removes it again
	c, err := j.credentials()
	if err != nil {
		return made{}, err
	}
	environment, err := j.prepare(c)
	if err != nil {
		return made{}, err
	}
	t, err := j.ask(ctx, j.git(environment, j.private))
	if err != nil {
		return made{}, answered(err, c)
	}
	if t.note != "" {
		j.tell(t.note)
	}
	if err := os.MkdirAll(j.tree, 0o777); err != nil {
		return made{}, fmt.Errorf("making the directory of the tree: %w", err)
	}
	m, err := j.follow(ctx, j.git(environment, j.tree), newPlan(j.repository, t, j.around))
	m.source.RefType, m.source.RefName = string(t.kind), t.name
	return m, err
}

func (j job) tell(line string) { j.log.tell(string(j.repository.Path), line) }

func (j job) git(environment []string, dir string) git {
	return git{environment: environment, dir: dir, silence: j.silence, hide: j.log.secret.apply, tell: j.tell}
}

// credentials reads what the Secret gives. From then on nothing of it is told.
func (j job) credentials() (credentials, error) {
	var secret map[string]string
	if name := j.repository.Secret; name != "" {
		var err error
		if secret, err = loadSecret(filepath.Join(j.secrets, name)); err != nil {
			return credentials{}, refuseSecret("Secret %q: %v", name, err)
		}
	}
	c, err := readCredentials(secret, j.repository, j.around.hostKeys)
	j.log.secret.add(c.secrets())
	return c, err
}

// prepare writes what git needs into memory, and returns git's environment.
func (j job) prepare(c credentials) ([]string, error) {
	a := newAccess(j.repository, c, j.around, j.private)
	if err := os.MkdirAll(j.private, 0o700); err != nil {
		return nil, fmt.Errorf("making a private directory: %w", err)
	}
	for name, content := range a.files {
		if err := publish(filepath.Join(j.private, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	return a.environment, nil
}

// firstWord is how long a server may take to say what it has. Later it may think longer, about a large history.
const firstWord = time.Minute

// ask finds out what the server has.
func (j job) ask(ctx context.Context, g git) (target, error) {
	g.silence = min(g.silence, firstWord)
	o, err := j.patience.try(ctx, g, listRefs(j.repository, asked(j.repository.Ref)...))
	if err != nil {
		return target{}, err
	}
	t, found := resolve(j.repository.Ref, readListing(o.output))
	if found && t.hashLength != 0 {
		return t, checkHash(t)
	}
	// Without any hash the server has nothing, or only what was not asked for.
	if o, err = j.patience.try(ctx, g, listNames(j.repository)); err != nil {
		return target{}, err
	}
	all := readListing(o.output)
	if t.hashLength = all.hashLength(); found && t.hashLength != 0 {
		return t, checkHash(t)
	}
	return target{}, explainMissing(j.repository.Ref, all)
}

// answered tells a server that asks for credentials from one that asks for other ones: git, which knows nothing of the header that it sends for a
// token, cannot.
func answered(err error, c credentials) error {
	if f, ok := errors.AsType[*failure](err); ok && f.kind == authMissing && c.header != "" {
		f.kind = authRefused
	}
	return err
}

// checkHash refuses a commit whose hash the server cannot have.
func checkHash(t target) error {
	if t.kind != clone.Commit || len(t.name) == t.hashLength {
		return nil
	}
	return &failure{kind: commitGone, what: "the repository's hashes have " + strconv.Itoa(t.hashLength) + " digits, and that of the commit " + strconv.Itoa(len(t.name))}
}

// follow does what the plan says.
func (j job) follow(ctx context.Context, g git, p plan) (made, error) {
	if err := j.begin(ctx, g, p); err != nil {
		return made{}, err
	}
	if err := j.tryWays(ctx, g, p.fetch); err != nil {
		return made{}, err
	}
	if err := j.lfs(ctx, g, p); err != nil {
		return made{}, err
	}
	var m made
	for _, c := range p.checkout {
		o, err := j.patience.try(ctx, g, c)
		if err != nil {
			return made{}, err
		}
		m.files = max(m.files, o.files)
	}
	if err := j.tryWays(ctx, g, p.submodules); err != nil {
		return made{}, err
	}
	o, err := g.run(ctx, p.commit)
	if err != nil {
		return made{}, err
	}
	m.source.Commit = firstLine(o.output)
	j.noteMissing()
	return m, j.removeGit()
}

func (j job) begin(ctx context.Context, g git, p plan) error {
	for _, c := range p.begin {
		if _, err := g.run(ctx, c); err != nil {
			return err
		}
	}
	// The one file that git makes by the umask of whoever commits first, also in a shared repository.
	if err := publish(filepath.Join(j.tree, ".git", "COMMIT_EDITMSG"), "", 0o666); err != nil {
		return err
	}
	return j.configure(p.config)
}

// configure adds to the repository's own configuration.
func (j job) configure(text string) error {
	file, err := os.OpenFile(filepath.Join(j.tree, ".git", "config"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("configuring the repository: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("configuring the repository: %w", err)
	}
	return nil
}

// lfs looks whether files are kept elsewhere, and says so where nothing here can get them.
func (j job) lfs(ctx context.Context, g git, p plan) error {
	_, err := g.run(ctx, p.usesLFS)
	switch k := kindOf(err); {
	case k == stopped || k == silent:
		return err
	case k == fine && p.lfsConfig != "":
		return j.configure(p.lfsConfig)
	case k == fine:
		j.tell("warning: .gitattributes keeps files elsewhere, by git-lfs, which this image does not have: they stay pointers")
	}
	return nil // git grep found nothing
}
