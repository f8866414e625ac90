package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admission/v1"

	"orderly.dev/mutate"
	"orderly.dev/test/bench/pods"
	"orderly.dev/test/hostile"
	"orderly.dev/webhook"
)

var config = mutate.Config{
	ToolsImage: "registry.example/orderly/tools:v1", CloneImage: "registry.example/orderly/gitclone:v1", Version: "v1", Delivery: mutate.ImageVolume,
}

// answer is a denial of a case.
type answer struct {
	name string
	took time.Duration
	// size is how long the body is, in bytes.
	size int
}

// denyAll asks about every case so many times, each after all others. The error names all that were not denied as they should be.
func denyAll(cases []hostile.Case, rounds int) ([]answer, error) {
	handler := handlerOfPods()
	var answers []answer
	var errs []error
	for range rounds {
		for _, c := range cases {
			a, err := deny(handler, c)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
			}
			answers = append(answers, a)
		}
	}
	return answers, errors.Join(errs...)
}

func handlerOfPods() http.Handler {
	var handler http.Handler
	webhook.Register(webhook.RegistryFunc(func(path string, h http.Handler) {
		if path == webhook.PodPath {
			handler = h
		}
	}), webhook.Deciders{Pods: webhook.Pods(config), Jobs: webhook.Jobs(config)})
	return handler
}

func deny(handler http.Handler, c hostile.Case) (answer, error) {
	body, err := pods.Review(c.Pod("team"))
	if err != nil {
		return answer{}, err
	}
	request := httptest.NewRequest(http.MethodPost, webhook.PodPath, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	start := time.Now()
	handler.ServeHTTP(recorder, request)
	took := time.Since(start)
	size := recorder.Body.Len()
	return answer{c.Name, took, size}, checkDenial(c, recorder.Body.Bytes())
}

func checkDenial(c hostile.Case, body []byte) error {
	var got admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("reading the answer %.200s: %w", body, err)
	}
	switch {
	case got.Response == nil || got.Response.Result == nil || got.Response.Allowed:
		return fmt.Errorf("it was not denied: %.200s", body)
	case got.Response.Result.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Response.Result.Message, c.Path()):
		return fmt.Errorf("the denial does not name %s: %.200s", c.Path(), body)
	}
	return nil
}
