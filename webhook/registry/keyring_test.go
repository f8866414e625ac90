package registry

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/stretchr/testify/require"
)

func TestCredentialsMatchAsTheyDoForTheKubelet(t *testing.T) {
	const entry = `{"username":"u","password":"p"}`
	for _, tc := range []struct {
		name, pattern, repository string
		want                      bool
	}{
		{"the host", "registry.example", "registry.example/team/app", true},
		{"another host", "registry.example", "other.example/team/app", false},
		{"a host with more parts", "example", "registry.example/app", false},
		{"a URL, as docker login once wrote it", "https://registry.example/v1/", "registry.example/app", true},
		{"a URL of version 2", "http://registry.example/v2/", "registry.example/app", true},
		{"a path", "registry.example/team", "registry.example/team/app", true},
		{"the beginning of a path, as for the kubelet", "registry.example/te", "registry.example/team/app", true},
		{"a path that ends", "registry.example/team/", "registry.example/team/app", true},
		{"a path that ends, with more behind it", "registry.example/team/", "registry.example/team-b/app", false},
		{"another path", "registry.example/other", "registry.example/team/app", false},
		{"a wildcard", "*.example", "registry.example/app", true},
		{"a wildcard for two parts", "*.example", "a.b.example/app", false},
		{"a part of a part", "reg*.example", "registry.example/app", true},
		{"a bad wildcard", "[.example", "registry.example/app", false},
		{"a port", "registry.example:5000", "registry.example:5000/app", true},
		{"another port", "registry.example:5000", "registry.example/app", false},
		{"Docker Hub, as docker login writes it", "https://index.docker.io/v1/", "busybox", true},
		{"Docker Hub by its other name", "docker.io", "docker.io/library/busybox", true},
		{"a repository of Docker Hub", "docker.io/team", "team/app", true},
		{"Docker Hub for another registry", "https://index.docker.io/v1/", "registry.example/app", false},
		{"no URL at all", "https://%zz", "registry.example/app", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, legacy := range []bool{false, true} {
				var ring keyring
				text := `{"` + tc.pattern + `":` + entry + `}`
				if legacy {
					require.NoError(t, ring.addLegacyConfig([]byte(text)))
				} else {
					require.NoError(t, ring.addConfig([]byte(`{"auths":`+text+`}`)))
				}
				repository, err := name.NewRepository(tc.repository)
				require.NoError(t, err)
				require.Equal(t, tc.want, len(ring.find(repository)) == 1)
			}
		})
	}
}

func TestTheLongestPathIsTriedFirstThenSecretsInTheirOrder(t *testing.T) {
	var ring keyring
	require.NoError(t, ring.addConfig([]byte(`{"auths":{"registry.example":{"username":"host-1","password":"x"},"registry.example/team":{"auth":"dGVhbTp4"}}}`)))
	require.NoError(t, ring.addConfig([]byte(`{"auths":{"https://registry.example":{"username":"host-2","password":"x"}}}`)))
	repository, err := name.NewRepository("registry.example/team/app")
	require.NoError(t, err)
	var users []string
	for _, l := range ring.find(repository) {
		users = append(users, l.auth.Username)
	}
	require.Equal(t, []string{"team", "host-1", "host-2"}, users)
}

func TestSameCredentialsHaveTheSameKeyWhereverTheyStand(t *testing.T) {
	var a, b keyring
	require.NoError(t, a.addConfig([]byte(`{"auths":{"x.example":{"username":"u","password":"p"}}}`)))
	require.NoError(t, b.addConfig([]byte(`{"auths":{"x.example":{"auth":"dTpw"}}}`)))
	require.Equal(t, a.logins["x.example"][0].key, b.logins["x.example"][0].key)
	require.NotContains(t, a.logins["x.example"][0].key, "p:")
}
