package registry

import (
	"encoding/json"
	"maps"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// keyring holds credentials by what they are for: a host, which may have wildcards in its parts, and perhaps the beginning of a path. It
// matches as the kubelet does (pkg/credentialprovider), because an image that the kubelet cannot pull should not be looked up, and the
// other way round.
type keyring struct {
	logins map[string][]login
}

// dockerConfig is a docker configuration, ~/.docker/config.json, as far as it counts: credential helpers are programs, and there are
// none here.
type dockerConfig struct {
	Auths map[string]authn.AuthConfig `json:"auths"`
}

// addConfig adds the entries of a docker configuration (kubernetes.io/dockerconfigjson).
func (k *keyring) addConfig(text []byte) error {
	var config dockerConfig
	if err := json.Unmarshal(text, &config); err != nil {
		return err
	}
	k.add(config.Auths)
	return nil
}

// addLegacyConfig adds those of the older form, ~/.dockercfg (kubernetes.io/dockercfg).
func (k *keyring) addLegacyConfig(text []byte) error {
	var auths map[string]authn.AuthConfig
	if err := json.Unmarshal(text, &auths); err != nil {
		return err
	}
	k.add(auths)
	return nil
}

func (k *keyring) add(auths map[string]authn.AuthConfig) {
	if k.logins == nil {
		k.logins = map[string][]login{}
	}
	for _, written := range slices.Sorted(maps.Keys(auths)) {
		if pattern, ok := parsePattern(written); ok {
			k.logins[pattern] = append(k.logins[pattern], newLogin(auths[written]))
		}
	}
}

// parsePattern reads what an entry is for. A scheme does not count, nor does the path /v1/ or /v2/, which docker login writes.
func parsePattern(written string) (string, bool) {
	if !strings.HasPrefix(written, "https://") && !strings.HasPrefix(written, "http://") {
		written = "https://" + written
	}
	parsed, err := url.Parse(written)
	if err != nil {
		return "", false
	}
	below := parsed.Path
	if strings.HasPrefix(below, "/v1/") || strings.HasPrefix(below, "/v2/") {
		below = below[len("/v1"):]
	}
	if below == "/" {
		below = ""
	}
	return parsed.Host + below, true
}

// dockerHub is how docker login names the registry that images without a host come from. References to it start with docker.io.
const dockerHub = "index.docker.io"

// find returns the credentials for a repository, those of the longest path first.
func (k keyring) find(repository name.Repository) []login {
	target := repository.RegistryStr() + "/" + repository.RepositoryStr()
	isDefault := repository.RegistryStr() == name.DefaultRegistry
	if isDefault {
		target = "docker.io/" + repository.RepositoryStr()
	}
	var found []login
	patterns := slices.Sorted(maps.Keys(k.logins))
	slices.Reverse(patterns)
	for _, pattern := range patterns {
		if matches(pattern, target) {
			found = append(found, k.logins[pattern]...)
		}
	}
	if len(found) == 0 && isDefault {
		return k.logins[dockerHub]
	}
	return found
}

// matches compares the parts of the hosts one by one; the ports must be the same, and the path must begin with the pattern's.
func matches(pattern, target string) bool {
	patternHost, patternPath, _ := strings.Cut(pattern, "/")
	targetHost, targetPath, _ := strings.Cut(target, "/")
	patternHost, patternPort := splitPort(patternHost)
	targetHost, targetPort := splitPort(targetHost)
	wanted, parts := strings.Split(patternHost, "."), strings.Split(targetHost, ".")
	if patternPort != targetPort || len(wanted) != len(parts) || !strings.HasPrefix(targetPath, patternPath) {
		return false
	}
	for i := range wanted {
		if matched, err := path.Match(wanted[i], parts[i]); err != nil || !matched {
			return false
		}
	}
	return true
}

func splitPort(address string) (host, port string) {
	if host, port, err := net.SplitHostPort(address); err == nil {
		return host, port
	}
	return address, ""
}
