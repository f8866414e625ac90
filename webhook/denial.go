package webhook

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// denied is the answer to an object with these problems.
func denied(kind schema.GroupKind, name string, problems field.ErrorList) admission.Response {
	status := apierrors.NewInvalid(kind, name, problems).Status()
	status.Code = http.StatusUnprocessableEntity
	status.Message = DenialMessage(kind.Kind, name, problems)
	return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: &status}}
}

// DenialMessage is what users read about an object with these problems. It has one line for each; a single one stays on the first.
func DenialMessage(kind, name string, problems field.ErrorList) string {
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = problem.Error()
	}
	if len(lines) == 1 {
		return fmt.Sprintf("%s %q is invalid: %s", kind, name, lines[0])
	}
	return fmt.Sprintf("%s %q is invalid:\n* %s", kind, name, strings.Join(lines, "\n* "))
}

// nameOf is how people know the object: its name is not made yet where it only has a generateName.
func nameOf(request admission.Request, object any) string {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return request.Name
	}
	name := cmp.Or(request.Name, accessor.GetName(), accessor.GetGenerateName())
	return name[:min(len(name), validation.DNS1123SubdomainMaxLength)] // nobody has judged it yet
}

// internalProblems are those that no change of the object would solve.
func internalProblems(problems field.ErrorList) field.ErrorList {
	return problems.Filter(func(err error) bool {
		problem, is := errors.AsType[*field.Error](err)
		return !is || problem.Type != field.ErrorTypeInternal
	})
}

func paths(problems field.ErrorList) []string {
	list := make([]string, len(problems))
	for i, problem := range problems {
		list[i] = problem.Field
	}
	return list
}
