package main

import (
	"encoding/base64"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireNowhere requires that no form of a secret is in the log, the message, or any file below the pod's root but the mounted Secret.
func (p pod) requireNowhere(t *testing.T, secret string, ran ran) {
	t.Helper()
	forms := []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))}
	texts := map[string]string{"the log": ran.log, "the message": ran.message}
	require.NoError(t, filepath.WalkDir(p.root, func(name string, entry fs.DirEntry, err error) error {
		if entry.IsDir() && name == p.at.secrets {
			return fs.SkipDir
		}
		if entry.Type().IsRegular() {
			texts[name] = p.read(name)
		}
		return err
	}))
	for where, text := range texts {
		for _, form := range forms {
			require.NotContainsf(t, text, form, "in %s", where)
		}
	}
}

func TestCredentialsReachTheServerAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 3)
	pair := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:p4ssw0rd-of-mine"))
	cases := []struct {
		name, secret string // secret is what must be nowhere
		values       map[string]string
		wants        string // of Authorization
	}{
		{"user and password", "p4ssw0rd-of-mine", map[string]string{"username": "me", "password": "p4ssw0rd-of-mine"}, pair},
		{"with the line breaks that echo puts there", "p4ssw0rd-of-mine", map[string]string{"username": "me\n", "password": "p4ssw0rd-of-mine\r\n"}, pair},
		{"with characters that mean something in addresses, shells and configurations", `p:a/s@s%w#"o'r\d $(x) ü`,
			map[string]string{"username": `m@e:x/`, "password": `p:a/s@s%w#"o'r\d $(x) ü`}, ""},
		{"a token is a bearer", "tok3n-of-mine", map[string]string{"token": "tok3n-of-mine\n"}, "Bearer tok3n-of-mine"},
		{"a token may be the header's value", "bWU6cDRzc3cwcmQtb2YtbWluZQ==", map[string]string{"token": pair}, pair},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := newForge(t, dir, overTLS)
			if tc.wants != "" {
				f.wantsHeader(tc.wants)
			} else {
				f.guardBy(func(w http.ResponseWriter, r *http.Request) bool {
					username, password, given := r.BasicAuth()
					if !given {
						w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
						w.WriteHeader(http.StatusUnauthorized)
						return true
					}
					if username+":"+password != strings.ReplaceAll(tc.values["username"]+":"+tc.values["password"], "\n", "") {
						w.WriteHeader(http.StatusForbidden)
						return true
					}
					return false
				})
			}
			p := newPod(t)
			tc.values["ca.crt"] = f.authority()
			p.addSecret(t, "creds", tc.values)
			o := orderOf(entry(t, f.URL+"/app.git", withSecret("creds")))
			if strings.Contains(tc.values["username"], ":") { // a colon ends the name in the header
				tc.values["username"] = strings.ReplaceAll(tc.values["username"], ":", "")
				p = newPod(t)
				p.addSecret(t, "creds", tc.values)
			}
			ran := p.clone(t, o)
			require.Len(t, ran.sources(t, o), 1)
			p.requireNowhere(t, tc.secret, ran)
		})
	}
}

func TestWrongCredentialsAreSaid(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 3)
	f := newForge(t, dir, plainly)
	f.wantsPassword("me", "right-password")
	for _, tc := range []struct {
		name   string
		values map[string]string
		want   string
	}{
		{"a wrong password", map[string]string{"username": "me", "password": "wrong-password"},
			`authentication refused; git said: fatal: Authentication failed for '` + f.URL + `/app.git/'; check the credentials in Secret "creds"`},
		{"a wrong token", map[string]string{"token": "wrong-password"}, `authentication refused; git said: fatal: could not read Username`},
		{"no credentials", nil, `name a Secret with credentials by secret:`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p, r := newPod(t), entry(t, f.URL+"/app.git")
			if tc.values != nil {
				p.addSecret(t, "creds", tc.values)
				r.Secret = "creds"
			}
			ran := p.clone(t, orderOf(r))
			require.Equal(t, 1, ran.code)
			require.Contains(t, ran.message, tc.want)
			require.NotContains(t, ran.log, "trying again")
			p.requireNowhere(t, "wrong-password", ran)
		})
	}
}

func TestOneHostWithTwoCredentials(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "one.git", 1)
	makeRepository(t, dir, "two.git", 2)
	f := newForge(t, dir, plainly)
	f.guardBy(func(w http.ResponseWriter, r *http.Request) bool {
		username, _, _ := r.BasicAuth()
		if strings.HasPrefix(r.URL.Path, "/"+username+".git/") && username != "" {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	p := newPod(t)
	p.addSecret(t, "one", map[string]string{"username": "one", "password": "password1"})
	p.addSecret(t, "two", map[string]string{"username": "two", "password": "password2"})
	o := orderOf(entry(t, f.URL+"/one.git", withSecret("one")), entry(t, f.URL+"/two.git", withSecret("two")))
	require.Len(t, p.clone(t, o).sources(t, o), 2)
	require.Equal(t, "x", p.file("one/number"))
	require.Equal(t, "xx", p.file("two/number"))
}

func TestARedirectTakesNoCredentialsToAnotherHost(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 3)
	pair := map[string]string{"username": "me", "password": "p4ssw0rd-of-mine"}
	for _, tc := range []struct {
		name    string
		values  map[string]string
		asks    bool // whether the first server wants credentials before it redirects
		code    int
		message string
	}{
		// git follows no redirect that comes as the answer to credentials
		{"password, asked for", pair, true, 1, "the server redirects to another address"},
		{"password, not asked for", pair, false, 0, ""},
		{"token", map[string]string{"token": "tok3n-of-mine"}, false, 1, "the server redirects to another address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			other, first := newForge(t, dir, plainly), newForge(t, dir, plainly)
			elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
			first.guardBy(func(w http.ResponseWriter, r *http.Request) bool {
				if tc.asks && r.Header.Get("Authorization") == "" {
					w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
					w.WriteHeader(http.StatusUnauthorized)
					return true
				}
				http.Redirect(w, r, elsewhere+r.URL.String(), http.StatusFound)
				return true
			})
			p := newPod(t)
			p.addSecret(t, "creds", tc.values)
			ran := p.clone(t, orderOf(entry(t, first.URL+"/app.git", withSecret("creds"))))
			require.Equal(t, tc.code, ran.code, ran.log)
			require.Contains(t, ran.message, tc.message)
			require.Empty(t, other.authorizations())
			if tc.code == 0 {
				require.NotEmpty(t, other.seen)
			}
		})
	}
}

func TestACertificate(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 3)
	f := newForge(t, dir, overTLS)
	t.Run("that nobody knows is not trusted", func(t *testing.T) {
		p := newPod(t)
		ran := p.clone(t, orderOf(entry(t, f.URL+"/app.git")))
		require.Equal(t, 1, ran.code)
		require.Contains(t, ran.message, "the server's certificate is not trusted; git said: fatal: unable to access")
		require.Contains(t, ran.message, "put the certificate of its authority, and those between, into ca.crt")
		require.NotContains(t, ran.log, "trying again")
	})
	t.Run("whose authority is alone in a Secret is trusted", func(t *testing.T) {
		p := newPod(t)
		p.addSecret(t, "ca", map[string]string{"ca.crt": "a comment\r\n" + strings.ReplaceAll(f.authority(), "\n", "\r\n")})
		o := orderOf(entry(t, f.URL+"/app.git", withSecret("ca")))
		require.Len(t, p.clone(t, o).sources(t, o), 1)
	})
	t.Run("of another host is not trusted", func(t *testing.T) {
		p := newPod(t)
		p.addSecret(t, "ca", map[string]string{"ca.crt": f.authority()})
		ran := p.clone(t, orderOf(entry(t, strings.Replace(f.URL, "127.0.0.1", "localhost", 1)+"/app.git", withSecret("ca"))))
		require.Equal(t, 1, ran.code)
		require.Contains(t, ran.message, "the server's certificate is for another host")
	})
}

func TestASecretThatIsOfNoUse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, url string
		values    map[string]string
		want      string
	}{
		{"nothing that is known", "https://git.example.com/app.git", map[string]string{"user": "x", "pass": "y"},
			`Secret "creds" holds pass, user, but not username and password, token, or ca.crt`},
		{"an ssh key for https", "https://git.example.com/app.git", map[string]string{"ssh-privatekey": "x"},
			`Secret "creds" holds ssh-privatekey, which is for ssh; write the address as ssh://`},
		{"a password for ssh", "ssh://git@git.example.com/app.git", map[string]string{"username": "x", "password": "y"},
			`Secret "creds" holds password, username, which is for https`},
		{"both", "https://git.example.com/app.git", map[string]string{"username": "x", "password": "y", "token": "z"}, "both token and password"},
		{"a line break inside", "https://git.example.com/app.git", map[string]string{"username": "x", "password": "first\nsecond"}, "has a line break inside a value"},
		{"half a pair", "https://git.example.com/app.git", map[string]string{"password": "y"}, "holds a password but no username"},
		{"the other half", "https://git.example.com/app.git", map[string]string{"username": "y"}, "holds a username but no password"},
		{"an empty one", "https://git.example.com/app.git", map[string]string{}, "is empty; it needs"},
		{"no known hosts", "ssh://git@git.example.com:2222/app.git", map[string]string{"ssh-privatekey": opensshKey}, "ssh-keyscan -p 2222 git.example.com"},
		{"a passphrase", "git@git.example.com:app.git", map[string]string{"ssh-privatekey": protectedKey, "known_hosts": "x"}, "is protected by a passphrase"},
		{"a public key", "git@git.example.com:app.git", map[string]string{"ssh-privatekey": "ssh-ed25519 AAAA", "known_hosts": "x"}, "is a public key"},
		{"no certificate", "https://git.example.com/app.git", map[string]string{"ca.crt": "x"}, "ca.crt holds no certificate"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := newPod(t)
			p.addSecret(t, "creds", tc.values)
			ran := p.clone(t, orderOf(entry(t, tc.url, withSecret("creds"))))
			require.Equal(t, 1, ran.code)
			require.Contains(t, ran.message, tc.want)
		})
	}
	t.Run("none at all", func(t *testing.T) {
		t.Parallel()
		ran := newPod(t).clone(t, orderOf(entry(t, "git@git.example.com:app.git")))
		require.Contains(t, ran.message, "ssh needs a Secret with ssh-privatekey and known_hosts")
	})
}
