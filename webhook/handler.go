package webhook

import (
	"context"
	"fmt"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/mutate"
)

// Rewriter decides what becomes of an object that is being created. It must not change its argument. The errors of the
// list are problems of the object, but for those of type Internal, which are the operator's or ours.
type Rewriter[T runtime.Object] func(object T) (mutate.Result[T], field.ErrorList)

// handler answers requests about one kind.
type handler[T runtime.Object] struct {
	kind    schema.GroupVersionKind
	decoder admission.Decoder
	empty   func() T
	rewrite Rewriter[T]
}

// Handle implements [admission.Handler].
func (h *handler[T]) Handle(ctx context.Context, request admission.Request) admission.Response {
	if got := schema.GroupVersionKind(request.Kind); got != h.kind {
		return h.failed(ctx, http.StatusBadRequest, fmt.Errorf("this path handles %s, not %s: the webhook configuration is wrong", h.kind, got))
	}
	if request.Operation != admissionv1.Create || request.SubResource != "" {
		return admission.Allowed("")
	}
	original := h.empty()
	if err := h.decoder.Decode(request, original); err != nil {
		return h.failed(ctx, http.StatusBadRequest, fmt.Errorf("decoding the %s: %w", h.kind.Kind, err))
	}
	result, problems := h.rewrite(original)
	if len(problems) > 0 {
		return h.refused(ctx, request, original, problems)
	}
	return h.rewritten(ctx, request, original, result)
}

// rewritten answers with the difference that the rewrite made.
func (h *handler[T]) rewritten(ctx context.Context, request admission.Request, original T, result mutate.Result[T]) admission.Response {
	if !result.Asked {
		return admission.Allowed("").WithWarnings(result.Warnings...)
	}
	patch, err := patchRaw(request.Object.Raw, original, result.Object)
	if err != nil {
		return h.failed(ctx, http.StatusInternalServerError, err)
	}
	log.FromContext(ctx).V(1).Info("rewritten", "summary", result.Summary, "operations", len(patch))
	return admission.Patched("", patch...).WithWarnings(result.Warnings...)
}

// refused answers with all problems, and logs where they are, but not what is written there.
func (h *handler[T]) refused(ctx context.Context, request admission.Request, original T, problems field.ErrorList) admission.Response {
	if internal := internalProblems(problems); len(internal) > 0 {
		return h.failed(ctx, http.StatusInternalServerError, internal.ToAggregate())
	}
	log.FromContext(ctx).Info("denied", "problems", paths(problems))
	return denied(h.kind.GroupKind(), nameOf(request, original), problems)
}

// failed answers with an error that is not about what the user wrote, and logs it.
func (h *handler[T]) failed(ctx context.Context, code int32, err error) admission.Response {
	log.FromContext(ctx).Error(err, "the request could not be answered", "code", code)
	response := admission.Errored(code, err)
	response.Result.Reason = metav1.StatusReasonInternalError
	if code == http.StatusBadRequest {
		response.Result.Reason = metav1.StatusReasonBadRequest
	}
	return response
}
