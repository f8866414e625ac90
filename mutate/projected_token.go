package mutate

import (
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/annotation"
)

// A token is one of the Pod's own ServiceAccount, for one audience. The kubelet renews it before it expires.

const (
	keyAudience   = "audience"
	keyExpiration = "expirationSeconds"

	tokenHint = "write token: {audience: vault, expirationSeconds: 3600, path: token}"
	// defaultToken is the file of a token that names none.
	defaultToken = "token"
	// defaultExpiration is the API's own default, in seconds.
	defaultExpiration = 3600
	// minExpiration and maxExpiration are the bounds of the API (kubernetes/pkg/apis/core/validation, validateProjectionSources).
	minExpiration = 600
	maxExpiration = 1 << 32
)

var tokenForm = annotation.Form{Name: "a token", Keys: []string{keyAudience, keyExpiration, keyPath}, Foreign: map[string]string{
	"aud": keyAudience, "audiences": keyAudience, "expiration": keyExpiration, "expires": keyExpiration, "ttl": keyExpiration, "file": keyPath, "name": keyPath,
}}

// token reads a token. Without an audience it is for the API server.
func (r *projectedReader) token(v annotation.Value) projectedSource {
	token := &corev1.ServiceAccountTokenProjection{ExpirationSeconds: new(int64(defaultExpiration)), Path: defaultToken}
	place := v.Place
	form := tokenForm
	form.Read = func(value annotation.Value) {
		text, ok := r.Text(value)
		switch {
		case !ok:
		case value.Key == keyAudience:
			token.Audience = r.audience(value, text)
		case value.Key == keyExpiration:
			token.ExpirationSeconds = r.expiration(value, text)
		case value.Key == keyPath:
			token.Path, place = text, value.Place
			if detail := badFile(text); detail != "" {
				r.RefuseValue(value.Place, text, detail)
			}
		}
	}
	r.Mapping(v, form)
	source := projectedSource{text: sourceToken, files: []projectedFile{{token.Path, place}}}
	source.ServiceAccountToken = token
	if token.Audience != "" {
		source.text += " for " + token.Audience
	}
	return source
}

func (r *projectedReader) audience(v annotation.Value, text string) string {
	if !isPrintable(text) {
		r.RefuseValue(v.Place, text, "the audience of a token has characters that cannot be seen; write it without them")
	}
	return text
}

func (r *projectedReader) expiration(v annotation.Value, text string) *int64 {
	seconds, err := strconv.ParseUint(text, 10, 63)
	if err != nil || seconds < minExpiration || seconds > maxExpiration {
		r.RefuseValue(v.Place, text, fmt.Sprintf("%s is a number of seconds from %d to %d, such as 3600", keyExpiration, minExpiration, uint64(maxExpiration)))
	}
	return new(int64(seconds))
}
