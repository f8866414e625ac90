package clone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseURLGivesTheParts(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       URL
		wantName   string
	}{
		{"https", "https://git.example.com/team/app.git",
			URL{Scheme: HTTPS, Host: "git.example.com", Path: "/team/app.git"}, "app"},
		{"a port, and a host in capital letters", "http://Git.Example.COM:8080/app",
			URL{Scheme: HTTP, Host: "git.example.com", Port: "8080", Path: "/app"}, "app"},
		{"ssh with a user and a port", "ssh://deploy-bot@git.example.com:2222/~team/app.git/",
			URL{Scheme: SSH, User: "deploy-bot", Host: "git.example.com", Port: "2222", Path: "/~team/app.git/"}, "app"},
		{"ssh without a user", "ssh://git.example.com//srv/git/app.git",
			URL{Scheme: SSH, Host: "git.example.com", Path: "//srv/git/app.git"}, "app"},
		{"git's own protocol", "git://127.0.0.1:9418/app.git",
			URL{Scheme: Git, Host: "127.0.0.1", Port: "9418", Path: "/app.git"}, "app"},
		{"an IPv6 address", "https://[2001:DB8::1]:8443/app.git",
			URL{Scheme: HTTPS, Host: "2001:db8::1", Port: "8443", Path: "/app.git"}, "app"},
		{"the short form of ssh", "git@github.com:team/app.git",
			URL{Scheme: SSH, User: "git", Host: "github.com", Path: "team/app.git"}, "app"},
		{"the short form with an absolute path", "git@host:/srv/app",
			URL{Scheme: SSH, User: "git", Host: "host", Path: "/srv/app"}, "app"},
		{"the short form with an IPv6 address", "git@[::1]:~x/app.git",
			URL{Scheme: SSH, User: "git", Host: "::1", Path: "~x/app.git"}, "app"},
		{"the .git of a tree that somebody works in", "https://host/team/app/.git",
			URL{Scheme: HTTPS, Host: "host", Path: "/team/app/.git"}, "app"},
		{"an encoded space", "https://host/my%20app.git",
			URL{Scheme: HTTPS, Host: "host", Path: "/my%20app.git"}, "my app"},
		{"letters of another alphabet in the path", "git@host:größe.git",
			URL{Scheme: SSH, User: "git", Host: "host", Path: "größe.git"}, "größe"},
		{"a host with a dot at its end", "https://host./a-b_c.d", URL{Scheme: HTTPS, Host: "host.", Path: "/a-b_c.d"}, "a-b_c.d"},
		{"an encoded percent sign", "https://host/a%25b", URL{Scheme: HTTPS, Host: "host", Path: "/a%25b"}, "a%b"},
		{"a name that is only a name with dashes behind it", "https://host/x/-y.git", URL{Scheme: HTTPS, Host: "host", Path: "/x/-y.git"}, "-y"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseURL(tc.text)
			require.NoError(t, err)
			tc.want.text = tc.text
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.text, got.String())
			require.Equal(t, tc.wantName, got.Name())
		})
	}
}

func TestParseURLRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "", "empty"},
		{"more than 2 KiB", "https://host/" + strings.Repeat("a", 2048), "2048 bytes"},
		{"a user and a password", "https://me:hunter2@host/app", "password"},
		{"a user over https", "https://hunter2@host/app", "a user in it"},
		{"an empty user over https", "https://@host/app", "a user in it"},
		{"a password over ssh", "ssh://git:hunter2@host/app", "password"},
		{"a password in the short form", "git:hunter2@host:app", "password"},
		{"two at signs", "ssh://hunter2@b@host/app", "password"},
		{"a password with a slash in it", "https://me:hunter2/x@host/app", "no port"},
		{"a password with a slash behind a number", "https://me:80/hunter2@host/app", "at sign in the path"},
		{"a user of git's own protocol", "git://me@host/app", "knows none"},
		{"an empty user", "ssh://@host/app", "user before the at sign"},
		{"an empty user in the short form", "@host:app", "user before the at sign"},
		{"a user like an option", "ssh://-oProxyCommand=x@host/app", "begins with a dash"},
		{"a user with a percent sign", "ssh://%2doProxyCommand@host/app", "other characters"},
		{"another scheme", "ftp://host/app", "none of https, http, ssh and git"},
		{"a scheme in capital letters", "HTTPS://host/app", "small letters"},
		{"ssh over git", "git+ssh://host/app", "none of https"},
		{"files", "file:///etc", "none of https"},
		{"files without slashes", "file:/etc", "no files"},
		{"a program", "ext::sh -c id", "program that git would run"},
		{"a program whose address is a URL", "ext::https://host/app", "program that git would run"},
		{"a descriptor", "fd::17", "program that git would run"},
		{"an absolute path", "/srv/app", "a path"},
		{"a relative path", "./app", "a path"},
		{"a path above", "../app", "a path"},
		{"somebody's home", "~/app", "a path"},
		{"a disk of Windows", "C:/x", "no address of a server"},
		{"a disk of Windows with a backslash", `C:\x`, "backslash"},
		{"a host and a path without a user", "host:app", "git@git.example.com"},
		{"a word", "app", "no address of a server"},
		{"an option", "--upload-pack=touch /tmp/x", "a space"},
		{"an option without spaces", "--upload-pack=id", "begins with a dash"},
		{"a host like an option", "ssh://-oProxyCommand=id/app", "other characters"},
		{"a host that begins with a dash", "ssh://-host/app", "begins with a dash"},
		{"an encoded host that begins with a dash", "ssh://%2dhost/app", "other characters"},
		{"a host of the short form that begins with a dash", "git@-host:app", "begins with a dash"},
		{"a part of the host that begins with a dash", "https://a.-b/app", "begins with a dash"},
		{"a path that begins with a dash", "git@host:-app", "begins with a dash"},
		{"a path that begins with a dash behind a slash", "ssh://host/-app", "begins with a dash"},
		{"a path that begins with an encoded dash", "ssh://host/%2Dapp", "begins with a dash"},
		{"a new line", "https://host/app\nfoo", "cannot be printed"},
		{"an encoded new line", "git://host/app%0afoo", "encoded characters"},
		{"an encoded zero", "https://host/app%00", "encoded characters"},
		{"an encoded backslash", "https://host/a%5Cb", "encoded characters"},
		{"encoded bytes that are no text", "https://host/a%ff", "encoded characters"},
		{"a change of the direction of writing", "https://host/a\u202eb", "cannot be printed"},
		{"bytes that are no text", "https://host/a\xff", "cannot be printed"},
		{"a space", "https://host/a b", "%20"},
		{"a space that is none", "https://host/a\u00a0b", "cannot be printed"},
		{"a query", "https://host/app?access_token=hunter2", "query or a fragment"},
		{"a fragment", "https://host/app#main", "query or a fragment"},
		{"no host", "https:///app", "no host"},
		{"no host, but a port", "https://:80/app", "no host"},
		{"no path", "https://host", "no repository"},
		{"an empty path", "https://host/", "no repository"},
		{"slashes only", "https://host///", "no repository"},
		{"nothing but .git", "https://host/.git", "no repository"},
		{"a short form without a path", "git@host:", "no repository"},
		{"a short form without a colon", "git@host", "no repository"},
		{"a short form whose host has a slash", "git@host/x:app", "other characters"},
		{"a short form with an encoded character", "git@host:a%20b", "percent sign means itself"},
		{"a short form with two colons", "git@host::a", "two colons"},
		{"a short form with a port in brackets", "git@[host:22]:a", "no IPv6 address"},
		{"port 0", "https://host:0/app", "no port"},
		{"a port above 65535", "https://host:65536/app", "no port"},
		{"an empty port", "https://host:/app", "no port"},
		{"a port with a zero before it", "https://host:080/app", "no port"},
		{"a port with a sign", "https://host:+80/app", "no port"},
		{"a password in the place of the port", "https://host:hunter2/app", "no port"},
		{"brackets around a name", "https://[host]/app", "no IPv6 address"},
		{"brackets that do not close", "https://[::1/app", "no IPv6 address"},
		{"brackets around an IPv4 address", "https://[127.0.0.1]/app", "no IPv6 address"},
		{"an IPv6 address with a zone", "https://[fe80::1%25eth0]/app", "no IPv6 address"},
		{"something behind the brackets", "https://[::1]x/app", "no port"},
		{"an IPv6 address without brackets", "https://2001:db8::1/app", "no port"},
		{"letters of another alphabet in the host", "https://größe.example/app", "xn--"},
		{"two dots in the host", "https://a..b/app", "empty"},
		{"a dot as the host", "https://./app", "empty"},
		{"a host longer than DNS can hold", "https://" + strings.Repeat("a", 254) + "/app", "longer than a name"},
		{"a step upwards", "https://host/a/../b", ". or .."},
		{"an encoded step upwards", "https://host/a/%2e%2e/b", ". or .."},
		{"an encoded slash", "https://host/a%2fb", "encoded slash"},
		{"a percent sign alone", "https://host/a%", "hexadecimal"},
		{"what a shell replaces", "https://host/$(id)", "other characters"},
		{"a semicolon", "git@host:a;id", "other characters"},
		{"quotes", "https://host/'a'", "other characters"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u, err := ParseURL(tc.text)
			require.ErrorContains(t, err, tc.want)
			require.Zero(t, u)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func FuzzAddressesThatAreAcceptedAreNoOptions(f *testing.F) {
	for _, text := range []string{"https://h/a", "ssh://u@h:22/~a/b.git/", "git@h:a", "git@[::1]:/a%", "http://[::1]:1/%2e%2f%2d", "git://h/a/.git", "-u@-h:-p"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseURL(text)
		if err != nil {
			require.Zero(t, u)
			return
		}
		require.Equal(t, text, u.String())
		again, err := ParseURL(u.String())
		require.NoError(t, err)
		require.Equal(t, u, again)
		for _, part := range []string{text, u.User, u.Host, u.Port, u.Path, strings.TrimLeft(u.Path, "/")} {
			require.False(t, strings.HasPrefix(part, "-"), "%q", part)
			require.False(t, strings.ContainsAny(part, " \t\r\n\x00\\'\"$`;?#"), "%q", part)
		}
		require.NotEmpty(t, u.Host)
		require.NotEmpty(t, u.Name())
		require.Contains(t, []Scheme{HTTPS, HTTP, SSH, Git}, u.Scheme)
		require.True(t, u.User == "" || u.Scheme == SSH)
		require.Equal(t, strings.ToLower(u.Host), u.Host)
		require.LessOrEqual(t, strings.Count(text, "@"), 1)
	})
}
