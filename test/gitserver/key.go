package gitserver

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Key is a pair of keys of ssh.
type Key struct {
	// Private is the content of the file, Public one line: the kind and the key, without a comment.
	Private, Public string
}

// NewKey has ssh-keygen make a key of a kind (ed25519, rsa) in a file and beside it. The passphrase may be empty.
func NewKey(file, kind, passphrase string) (Key, error) {
	keygen := exec.Command("ssh-keygen", "-q", "-t", kind, "-b", "2048", "-N", passphrase, "-C", "test", "-f", file)
	if output, err := keygen.CombinedOutput(); err != nil {
		return Key{}, fmt.Errorf("making a key in %s: %w\n%s", file, err, output)
	}
	private, err := os.ReadFile(file)
	if err != nil {
		return Key{}, err
	}
	public, err := os.ReadFile(file + ".pub")
	if err != nil {
		return Key{}, err
	}
	words := strings.Fields(string(public))
	return Key{Private: string(private), Public: strings.Join(words[:2], " ")}, nil
}
