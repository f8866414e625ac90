package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

func TestSSHOffersTheKeyToItsOwnServerOnly(t *testing.T) {
	for _, tc := range []struct{ url, want string }{
		{"git@git.example.com:app.git", `Match originalhost git.example.com,git.example.com exec "test %p -eq 22"`},
		{"ssh://git@Git.Example.com:2222/app.git", `Match originalhost git.example.com,Git.Example.com exec "test %p -eq 2222"`},
		{"ssh://git@[2001:DB8::1]/app.git", `Match originalhost 2001:db8::1,2001:DB8::1 exec "test %p -eq 22"`},
	} {
		r := entry(t, tc.url)
		got := sshConfig(r.URL, credentials{privateKey: "k"}, clone.StrictHostKeys, "/p/0")
		require.True(t, strings.HasPrefix(got, tc.want+"\nIdentityFile \"/p/0/key\"\nMatch all\nIdentityFile none\n"), got)
		require.Contains(t, got, "StrictHostKeyChecking yes\n")
		require.Contains(t, got, "UserKnownHostsFile \"/p/0/known_hosts\"\nGlobalKnownHostsFile /dev/null\n")
		require.Contains(t, sshConfig(r.URL, credentials{}, clone.AcceptNewHostKeys, "/p/0"), "StrictHostKeyChecking accept-new\n")
		require.NotContains(t, sshConfig(r.URL, credentials{}, clone.AcceptNewHostKeys, "/p/0"), "/key")
	}
}

func TestCredentialsStandUnderTheirServersAddress(t *testing.T) {
	r := entry(t, "https://Git.Example.com:8443/app.git")
	pair := gitConfig(r, credentials{username: "me", password: "p"}, surroundings{workers: 2}, "/p/0")
	require.Contains(t, pair, "[credential]\n\thelper = \"\"\n[credential \"https://git.example.com:8443\"]\n\thelper = \"store --file='/p/0/passwords'\"\n")
	require.NotContains(t, pair, "extraHeader")
	token := gitConfig(r, credentials{header: `Bearer a"b\c`}, surroundings{workers: 2}, "/p/0")
	require.Contains(t, token, "[http \"https://git.example.com:8443/\"]\n\textraHeader = \"Authorization: Bearer a\\\"b\\\\c\"\n\tfollowRedirects = \"false\"\n")
}

func TestPasswordsAreFoundHoweverTheServerIsWritten(t *testing.T) {
	for url, want := range map[string][]string{
		"https://Git.example.com/app.git":      {"git.example.com", "Git.example.com", "git.example.com:443"},
		"https://git.example.com:443/app.git":  {"git.example.com:443", "git.example.com:443", "git.example.com"},
		"http://git.example.com:8080/app.git":  {"git.example.com:8080", "git.example.com:8080"},
		"https://[2001:db8::1]:8443/x/app.git": {"[2001:db8::1]:8443", "[2001:db8::1]:8443"},
	} {
		r := entry(t, url)
		var lines string
		for _, host := range want {
			lines += string(r.URL.Scheme) + "://m%40e:p%2F%3A%20%25@" + host + "\n"
		}
		require.Equal(t, lines, passwordLines(r.URL, credentials{username: "m@e", password: "p/: %"}))
	}
}

func TestGitGetsNothingOfTheContainersEnvironment(t *testing.T) {
	s := surroundings{environment: []string{"PATH=/bin", "https_proxy=http://proxy:3128", "NO_PROXY=x", "GIT_SSH=/bin/evil", "GIT_CONFIG_COUNT=1", "LD_PRELOAD=x", "HOME=/root", "SSH_AUTH_SOCK=/x"}}
	a := newAccess(entry(t, "https://git.example.com/app.git"), credentials{}, s, "/p/0")
	require.Equal(t, []string{"PATH=/bin", "https_proxy=http://proxy:3128", "NO_PROXY=x", "HOME=/p/0"}, a.environment[:4])
	for _, entry := range a.environment {
		require.NotContains(t, entry, "evil")
	}
}
