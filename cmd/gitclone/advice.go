package main

import (
	"strconv"

	"orderly.dev/mutate/contract/clone"
)

// advice is what to do when cloning r failed in this way. It is empty where nobody can know.
func advice(k kind, r clone.Repository) string {
	secret := strconv.Quote(r.Secret)
	switch k {
	case authRefused, authMissing:
		return adviceOnCredentials(k, r)
	case hostKeyUnknown:
		return "add the server's key to known_hosts in Secret " + secret + " (ssh-keyscan " + scanned(r.URL) +
			", and compare its fingerprint with the one that the server's owner publishes), or set orderly.dev/ssh-host-keys: accept-new"
	case hostKeyChanged:
		return "somebody may be between the cloner and the server; if its owner did change the key, replace it in known_hosts in Secret " + secret
	case keyUnusable:
		return "write the private key as ssh-keygen wrote it, and without a passphrase, into ssh-privatekey of Secret " + secret
	case repositoryGone:
		return "check the address; many servers say the same when the credentials may not read the repository" + missingSecret(r)
	case repositoryEmpty:
		return "push a commit, or remove the entry"
	case refGone:
		return "somebody removed it meanwhile; check ref"
	case commitGone:
		return "check the hash; a commit that no branch and no tag leads to is not given by every server"
	case certUntrusted:
		return "put the certificate of its authority, and those between, into ca.crt of the repository's Secret; an expired certificate may look like this too"
	case certExpired:
		return "renew the server's certificate"
	case certForeign:
		return "write the host as the certificate names it"
	case redirected:
		return "write the address that it redirects to: credentials are sent to no other than the one that is written"
	case schemeRefused:
		return "only https, http, ssh and git are possible, for submodules too"
	case network, silent:
		return "it was tried again several times; check the address, the network policies of the namespace, and the proxy"
	case diskFull:
		return "the workspace is an emptyDir on the node's disk: raise the ephemeral-storage of the Pod or the limit of the volume, or clone less (depth, sparse)"
	default:
		return ""
	}
}

func adviceOnCredentials(k kind, r clone.Repository) string {
	switch {
	case r.Secret == "":
		return "name a Secret with credentials by secret:, or check the address: many servers ask for credentials where there is no such repository"
	case k == authMissing:
		return "put username and password, or a token, into Secret " + strconv.Quote(r.Secret) + "; if they are there, the server did not take them"
	case r.URL.Scheme == clone.SSH:
		return "check that the server knows the public key to ssh-privatekey in Secret " + strconv.Quote(r.Secret) + ", and lets it read this repository"
	default:
		return "check the credentials in Secret " + strconv.Quote(r.Secret) + ", and that they may read this repository"
	}
}

func missingSecret(r clone.Repository) string {
	if r.Secret == "" {
		return ", and none are named by secret:"
	}
	return ""
}

// scanned are the arguments of ssh-keyscan for a server.
func scanned(u clone.URL) string {
	if u.Port == "" {
		return u.Host
	}
	return "-p " + u.Port + " " + u.Host
}
