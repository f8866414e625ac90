package gitserver

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// webSettings is what web.conf is made of.
type webSettings struct {
	Dir, Name, Address, ModulesDir, Worker, Repositories, LFS, Backend, Smart, Elsewhere string
	Modules                                                                              []string
	// BasicPaths are regular expressions of paths by user, Headers the whole Authorization headers by path.
	BasicPaths, Headers map[string]string
	Doors               []doorSettings
}

type doorSettings struct{ Port, Certificate, Key string }

// modules are those of Apache that web.conf uses, in an order that it can load.
var modules = []string{"mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "alias", "rewrite", "headers", "env",
	"mime", "cgid", "socache_shmcb", "ssl", "reqtimeout", "ratelimit", "log_forensic"}

func (w *Web) settings() (webSettings, error) {
	o := w.options
	s := webSettings{
		Dir: o.Dir, Name: o.Name, Address: o.Address, Elsewhere: o.Elsewhere, Modules: modules,
		ModulesDir: "/usr/lib/apache2/modules", Backend: gitLibrary + "/git-http-backend",
		Repositories: o.Store.Dir, LFS: o.Store.lfsDir(), Smart: join(Open, Basic, BasicBob, Bearer, Scheme, V0, Slow),
		BasicPaths: map[string]string{"alice": join(Basic, DumbBasic), "bob": join(BasicBob)},
		Headers:    map[string]string{string(Bearer): "Bearer " + o.Accounts.Token, string(Scheme): o.Accounts.Header},
	}
	if os.Geteuid() == 0 {
		s.Worker = "www-data"
	}
	leaves := w.leaves()
	for _, d := range slices.Sorted(maps.Keys(leaves)) {
		door, err := w.door(d, leaves[d])
		if err != nil {
			return webSettings{}, err
		}
		s.Doors, w.ports[d] = append(s.Doors, door), door.Port
	}
	return s, nil
}

// door picks a port and writes its certificate.
func (w *Web) door(d Door, l leaf) (doorSettings, error) {
	port, err := freePort(w.options.Address)
	if err != nil || d == Plain {
		return doorSettings{Port: port}, err
	}
	chain, key, err := w.options.Authority.issue(l)
	if err != nil {
		return doorSettings{}, err
	}
	s := doorSettings{Port: port, Certificate: filepath.Join(w.options.Dir, string(d)+".crt"), Key: filepath.Join(w.options.Dir, string(d)+".key")}
	return s, errors.Join(os.WriteFile(s.Certificate, chain, 0o600), os.WriteFile(s.Key, key, 0o600))
}

func join(kinds ...Access) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, "|")
}
