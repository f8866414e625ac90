package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnotherServerThatAsksIsNotTakenForTheRepositorysOwn(t *testing.T) {
	for _, tc := range []struct{ name, asked, want string }{
		{"its own", "https://Git.example.com", `into Secret "users"`},
		{"its own with a user", "https://me@git.example.com", `into Secret "users"`},
		{"another host", "https://other.example.com", "https://other.example.com is not the repository's own server"},
		{"another port", "https://git.example.com:8443", "https://git.example.com:8443 is not the repository's own server"},
		{"another scheme", "http://git.example.com", "http://git.example.com is not the repository's own server"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := entry(t, "https://git.example.com/app.git", withSecret("users"))
			got := sentence(r, &failure{kind: authMissing, said: []string{"fatal: could not read Username for '" + tc.asked + "': terminal prompts disabled"}})
			require.Contains(t, got, tc.want)
		})
	}
}
