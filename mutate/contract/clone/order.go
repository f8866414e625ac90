package clone

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"orderly.dev/mutate/contract"
)

// Bounds of an order.
const (
	// MaxRepositories is how many repositories a Pod can have. What the cloner says about all of them fits into a termination message.
	MaxRepositories = 16
	// MaxSparse is how many directories a sparse checkout can name.
	MaxSparse = 100
	// MaxDepth is the largest depth. The next number means the whole history to git (INFINITE_DEPTH of its shallow.h).
	MaxDepth = 1<<31 - 2
	// maxOrder bounds an order in bytes. The kernel takes 128 KiB as one argument of a program.
	maxOrder = 64 << 10
)

var errTooLong = fmt.Errorf("all that is said about the repositories is longer than %d KiB; name fewer directories in sparse", maxOrder>>10)

// HostKeys says which host keys of git servers are accepted over ssh.
type HostKeys string

const (
	// StrictHostKeys accepts those in known_hosts of the Secret, and no others. It is the default.
	StrictHostKeys HostKeys = "strict"
	// AcceptNewHostKeys accepts any key of a host that known_hosts does not name; one that differs from what it names is refused.
	AcceptNewHostKeys HostKeys = "accept-new"
)

// Order is everything that the cloner is told.
type Order struct {
	// Repositories in the order of the annotation; at least one. No two have the same path or the same name of variables.
	Repositories []Repository `json:"repositories"`
	// Workspace is where the steps see the tree, such as /workspace.
	Workspace string `json:"workspace"`
	// EnvPrefix is before the name of each variable, such as ORDERLY_. It comes from [ParseEnvPrefix].
	EnvPrefix string `json:"envPrefix"`
	// HostKeys is how host keys are checked. Empty is strict.
	HostKeys HostKeys `json:"sshHostKeys,omitempty"`
	// GitEventsRunner adds the variables of that tool.
	GitEventsRunner bool `json:"gitEventsRunner,omitempty"`
}

// Repository is one repository that is cloned.
type Repository struct {
	URL URL `json:"url"`
	// Ref is what is checked out; the zero value is what the server's HEAD points to.
	Ref Ref `json:"ref,omitzero"`
	// Path is where it goes, below the workspace.
	Path Path `json:"path"`
	// Secret is the name of the Secret with its credentials; empty for none.
	Secret string `json:"secret,omitempty"`
	// Depth is the number of commits that are fetched; 0 is the whole history.
	Depth int `json:"depth,omitempty"`
	// Submodules says whether they are checked out, and theirs.
	Submodules bool `json:"submodules,omitempty"`
	// Sparse are the directories that are checked out, see [CheckSparse]; empty is everything.
	Sparse []string `json:"sparse,omitempty"`
	// RemoveGit says that .git is removed when all is checked out.
	RemoveGit bool `json:"removeGit,omitempty"`
}

// Dir is where the steps see a repository.
func (o Order) Dir(r Repository) string { return path.Join(o.Workspace, string(r.Path)) }

// Encode returns the order as the argument of the cloner. It holds no "$(", which the kubelet would replace in an argument.
func (o Order) Encode() string {
	return strings.ReplaceAll(encodeJSON(o), "$", `\u0024`)
}

// DecodeOrder reads what [Order.Encode] wrote, and nothing else, and judges it like [Order.Problems].
func DecodeOrder(text string) (Order, error) {
	if len(text) > maxOrder {
		return Order{}, errTooLong
	}
	var o Order
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return Order{}, fmt.Errorf("reading the order: %w", err)
	}
	if problems := o.Problems(); len(problems) > 0 {
		return Order{}, fmt.Errorf("reading the order: %w", errors.Join(problems...))
	}
	// A key that stands there twice, or in other letters, would count for one reader and not for another.
	if o.Encode() != text {
		return Order{}, errors.New("reading the order: it is not written as admission writes it")
	}
	return o, nil
}

// FindOrder looks for the cloner in words, a container's command and args, and returns its order. It returns false where the cloner is not
// there or its order cannot be read.
func FindOrder(words []string) (Order, bool) {
	at := slices.Index(words, contract.ToolsCloner)
	if at < 0 || at+2 != len(words) {
		return Order{}, false
	}
	o, err := DecodeOrder(words[at+1])
	return o, err == nil
}
