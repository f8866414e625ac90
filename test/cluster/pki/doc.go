// Package pki makes the keys and certificates of a cluster: one authority, a certificate for each component that proves its
// identity to the API server, serving certificates, and the key that signs ServiceAccount tokens.
//
// A cluster made for tests lives for hours, so nothing is ever renewed: everything is valid for a year and made anew with
// every start, which takes a few milliseconds with elliptic curves.
package pki
