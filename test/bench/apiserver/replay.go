package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"

	admissionv1 "k8s.io/api/admission/v1"
)

// replay is a webhook that gives Orderly's answer to the first request to all others. As all Pods are alike, that is the right
// answer, at hardly any price. So it tells what an API server spends on any webhook that changes as much.
type replay struct {
	orderly http.Handler
	first   sync.Once
	answer  admissionv1.AdmissionReview
	err     error
}

var _ http.Handler = (*replay)(nil)

// ServeHTTP implements [http.Handler].
func (p *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := p.reply(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (p *replay) reply(w io.Writer, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	p.first.Do(func() { p.err = p.ask(r, body) })
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &review); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	if p.err != nil {
		return fmt.Errorf("answering as before: %w", p.err)
	}
	answer, response := p.answer, *p.answer.Response
	answer.Response, response.UID = &response, review.Request.UID
	return json.NewEncoder(w).Encode(&answer)
}

// ask keeps Orderly's answer.
func (p *replay) ask(r *http.Request, body []byte) error {
	asked := r.Clone(r.Context())
	asked.Body = io.NopCloser(bytes.NewReader(body))
	recorder := httptest.NewRecorder()
	p.orderly.ServeHTTP(recorder, asked)
	return json.Unmarshal(recorder.Body.Bytes(), &p.answer)
}
