package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/webhook/raw"
)

// maxRequest is how long the body of a request may be, in bytes. An object is 3 MiB at most, because the API server reads no more;
// an update holds two, and the rest of a request is less than 1 MiB.
const maxRequest = 7 << 20

// usualRequest bounds what is set aside, in bytes, because a request says that it is long. The review of a Pod of 20 containers has half
// of it.
const usualRequest = 64 << 10

// endpoint answers HTTP requests. It takes the place of the ServeHTTP of the webhook in it, which reads each document
// twice: once for its kind, once for its content.
type endpoint struct{ webhook admission.Webhook }

var _ http.Handler = (*endpoint)(nil)

// ServeHTTP implements [http.Handler].
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, code, err := readReview(r)
	if err != nil {
		log.FromContext(r.Context()).Error(err, "the request could not be read", "code", code)
		writeReview(w, r, admission.Errored(code, err))
		return
	}
	writeReview(w, r, e.webhook.Handle(r.Context(), request))
}

// readReview reads the request of an AdmissionReview. The code belongs to the error.
func readReview(r *http.Request) (request admission.Request, code int32, err error) {
	if got := r.Header.Get("Content-Type"); got != "application/json" {
		return request, http.StatusBadRequest, fmt.Errorf("the content type is %q, not application/json", got)
	}
	body, err := readBody(r)
	if err != nil {
		return request, http.StatusBadRequest, fmt.Errorf("reading the request: %w", err)
	}
	if len(body) > maxRequest {
		return request, http.StatusRequestEntityTooLarge, fmt.Errorf("the request is longer than %d bytes", maxRequest)
	}
	request, err = decodeReview(body)
	return request, http.StatusBadRequest, err
}

// readBody reads one byte more than allowed at most.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, errors.New("it has no body")
	}
	defer func() { _ = r.Body.Close() }() // it has been read
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), usualRequest)) + bytes.MinRead) // with less the buffer would grow to see the end
	_, err := body.ReadFrom(io.LimitReader(r.Body, maxRequest+1))
	return body.Bytes(), err
}

// decodeReview decodes everything but the two objects, which the handler decodes once it knows that it wants them. They stay
// parts of the body.
func decodeReview(body []byte) (admission.Request, error) {
	objects := raw.Find(body, "request", "object", "oldObject")
	var review admissionv1.AdmissionReview
	if err := utiljson.Unmarshal(raw.Without(body, objects...), &review); err != nil {
		return admission.Request{}, fmt.Errorf("decoding the request: %w", err)
	}
	if got := review.GroupVersionKind(); got != reviewKind {
		return admission.Request{}, fmt.Errorf("the request is a %s, not a %s", got, reviewKind)
	}
	if review.Request == nil {
		return admission.Request{}, errors.New("the review holds no request")
	}
	review.Request.Object.Raw, review.Request.OldObject.Raw = objects[0].Of(body), objects[1].Of(body)
	return admission.Request{AdmissionRequest: *review.Request}, nil
}

var reviewKind = admissionv1.SchemeGroupVersion.WithKind("AdmissionReview")

// writeReview writes the answer. That the API server has gone is all that can go wrong.
func writeReview(w http.ResponseWriter, r *http.Request, response admission.Response) {
	w.Header().Set("Content-Type", "application/json")
	err := json.NewEncoder(w).Encode(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: reviewKind.GroupVersion().String(), Kind: reviewKind.Kind},
		Response: &response.AdmissionResponse,
	})
	if err != nil {
		log.FromContext(r.Context()).Error(err, "the answer could not be written")
	}
}
