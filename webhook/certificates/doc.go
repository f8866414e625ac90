// Package certificates gives the webhook a certificate that the API server trusts, makes it by itself, and keeps it
// fresh, without a restart and without another controller in the cluster.
//
// Three places have to agree: a Secret that holds an authority (CA) and a leaf certificate, the caBundle of the
// MutatingWebhookConfiguration, which is what the API server trusts, and the certificate that each replica of the
// webhook serves. (A ValidatingWebhookConfiguration of the same name gets the same caBundle; nothing waits for it, because its
// webhooks are ignored when they cannot be called.) They cannot change at once, so the rule is an order:
//
//	Secret  →  caBundle  →  served certificate
//
// A replica serves a leaf only after it has seen the caBundle cover it, and an authority leaves the caBundle only when
// no leaf that it signed can be valid any more. Two things make that hold:
//
//   - A new authority replaces the private key of the old one, so the old one signs nothing from then on. Its certificate stays
//     in the bundle for one lifetime of a leaf. The leaf in the Secret is left alone at that moment; the next one, some hours later,
//     is signed by the new authority, which every API server trusts by then.
//   - A replica reads the webhook configuration first and the Secret second, and changes the caBundle only if the configuration is
//     still the one that it read. So it can never put back the bundle of an older Secret.
//
// [Next] decides what is to be made and when; it knows no cluster and no clock. The reconciler of [Manage] acts: it runs in every replica,
// is woken by changes of these objects, and is therefore quick to repair a deleted Secret or a caBundle that was
// overwritten. Replicas compete by resourceVersion, not by a lease: whoever comes second finds the work done. [Serving] is what
// the TLS server asks for its certificate, what readiness asks for its state, and what the metric
// orderly_certificate_expiry_timestamp_seconds is asked of.
//
// Deleting the Secret makes a new authority. The old one, found in the caBundle, is trusted for one lifetime of a leaf, as
// other replicas may still serve what it signed. If a key has leaked, that is too long: stop the webhook, delete the
// Secret and both webhook configurations, and install again.
//
// A library was not an option: a Secret that is mounted as a volume reaches a Pod up to a minute late, and rotators
// that exist replace the authority in one step.
package certificates
