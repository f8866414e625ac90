package main

// kind is what went wrong, as far as what git said tells it.
type kind int

const (
	fine            kind = iota // nothing went wrong
	other                       // git said something that is not known here
	wrongSecret                 // the Secret does not hold what is needed; found before git runs
	authRefused                 // the server does not accept these credentials
	authMissing                 // the server wants credentials, and there are none
	hostKeyUnknown              // ssh does not know the server's key
	hostKeyChanged              // the server's key is another one than the known one
	keyUnusable                 // ssh cannot read the private key
	repositoryGone              // the server has no such repository, or does not show it
	repositoryEmpty             // there is no commit in it
	refGone                     // the server has no such ref
	commitGone                  // the server does not give this commit
	notAdvertised               // the server gives only what refs point to: tried another way
	onlyWhole                   // the server cannot give a part of the history: tried another way
	notThereYet                 // the commit is not among what was fetched: tried another way
	certUntrusted               // an authority that is not known, or what GnuTLS says for every fault
	certExpired                 // the certificate is not valid at this time
	certForeign                 // the certificate is that of another host
	redirected                  // the server points elsewhere, where a token is not sent
	schemeRefused               // a submodule with an address that is not allowed
	network                     // may go away by itself: tried again
	silent                      // git said nothing for so long that it was ended: tried again
	diskFull                    // the workspace has no room
	notPermitted                // files cannot be read or written
	occupied                    // the place of a repository is taken
	stopped                     // the cloner was told to end, or ended this because another repository failed
)

// passes reports whether waiting may help.
func (k kind) passes() bool { return k == network || k == silent }
