package webhook

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/mutate"
	"orderly.dev/webhook/patch"
)

// Rewriter decides what becomes of an object that is being created. It must not change its argument. The errors of the
// list are problems of the object, but for those of type Internal, which are the operator's or ours.
type Rewriter[T comparable] func(ctx context.Context, object T) (mutate.Result[T], field.ErrorList)

// Updater decides what becomes of an object that takes the place of an old one. It must not change its arguments.
type Updater[T comparable] func(ctx context.Context, object, old T) (mutate.Result[T], field.ErrorList)

// Decider decides about the objects of one kind.
type Decider[T comparable] struct {
	// Create must be set.
	Create Rewriter[T]
	// Update may be nil: then updates are allowed as they are.
	Update Updater[T]
}

// handler answers requests about objects of the kinds that T, a pointer, can hold.
type handler[T comparable] struct {
	kinds  []schema.GroupVersionKind
	decode func(kind schema.GroupVersionKind, text []byte) (T, error)
	decide Decider[T]
}

// Handle implements [admission.Handler].
func (h *handler[T]) Handle(ctx context.Context, request admission.Request) admission.Response {
	if got := schema.GroupVersionKind(request.Kind); !slices.Contains(h.kinds, got) {
		return h.failed(ctx, http.StatusBadRequest, fmt.Errorf("this path handles %s, not %s: the webhook configuration is wrong", h.kinds, got))
	}
	if !h.handles(request) {
		return admission.Allowed("")
	}
	request.Object.Raw, request.OldObject.Raw = trimmed(request.Object.Raw), trimmed(request.OldObject.Raw)
	original, err := h.decode(schema.GroupVersionKind(request.Kind), request.Object.Raw)
	if err != nil {
		return h.unreadable(ctx, fmt.Errorf("decoding the %s: %w", request.Kind.Kind, err))
	}
	result, problems, err := h.decision(ctx, request, original)
	switch {
	case err != nil:
		return h.unreadable(ctx, err)
	case len(problems) > 0:
		return h.refused(ctx, request, original, problems)
	}
	return h.rewritten(ctx, request, original, result)
}

func (h *handler[T]) handles(request admission.Request) bool {
	if request.SubResource != "" {
		return false
	}
	return request.Operation == admissionv1.Create || request.Operation == admissionv1.Update && h.decide.Update != nil
}

// decision asks the decider. The error is about the request.
func (h *handler[T]) decision(ctx context.Context, request admission.Request, object T) (mutate.Result[T], field.ErrorList, error) {
	if request.Operation == admissionv1.Create {
		result, problems := h.decide.Create(ctx, object)
		return result, problems, nil
	}
	old, err := h.decode(schema.GroupVersionKind(request.Kind), request.OldObject.Raw)
	if err != nil {
		return mutate.Result[T]{}, nil, fmt.Errorf("decoding the old %s: %w", request.Kind.Kind, err)
	}
	result, problems := h.decide.Update(ctx, object, old)
	return result, problems, nil
}

// rewritten answers with the difference that the rewrite made.
func (h *handler[T]) rewritten(ctx context.Context, request admission.Request, original T, result mutate.Result[T]) admission.Response {
	if result.Object == original {
		return admission.Allowed("").WithWarnings(result.Warnings...)
	}
	operations := patch.Make(request.Object.Raw, original, result.Object)
	text, err := patch.Encode(operations)
	if err != nil {
		return h.failed(ctx, http.StatusInternalServerError, err)
	}
	log.FromContext(ctx).V(1).Info("rewritten", "summary", result.Summary, "operations", len(operations))
	response := admission.Allowed("").WithWarnings(result.Warnings...)
	if len(operations) > 0 {
		response.Patch, response.PatchType = text, new(admissionv1.PatchTypeJSONPatch)
	}
	return response
}

// refused answers with all problems, and logs where they are, but not what is written there.
func (h *handler[T]) refused(ctx context.Context, request admission.Request, original T, problems field.ErrorList) admission.Response {
	if internal := internalProblems(problems); len(internal) > 0 {
		return h.failed(ctx, http.StatusInternalServerError, internal.ToAggregate())
	}
	log.FromContext(ctx).Info("denied", "problems", paths(problems))
	kind := schema.GroupKind{Group: request.Kind.Group, Kind: request.Kind.Kind}
	return denied(kind, nameOf(request, original), problems)
}

// failed answers with an error that is not about what the user wrote, and logs it.
func (h *handler[T]) failed(ctx context.Context, code int32, err error) admission.Response {
	log.FromContext(ctx).Error(err, "the request could not be answered", "code", code)
	return erroneous(code, err)
}

// unreadable answers why an object cannot be decoded. The log holds the place only, because the reason may quote what is written there.
func (h *handler[T]) unreadable(ctx context.Context, err error) admission.Response {
	log.FromContext(ctx).Error(nil, "the object could not be decoded; the answer says why", "code", http.StatusBadRequest)
	return erroneous(http.StatusBadRequest, err)
}

func erroneous(code int32, err error) admission.Response {
	response := admission.Errored(code, err)
	response.Result.Reason = metav1.StatusReasonInternalError
	if code == http.StatusBadRequest {
		response.Result.Reason = metav1.StatusReasonBadRequest
	}
	return response
}
