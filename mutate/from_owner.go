package mutate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// fromOwner is the annotation orderly.dev/from-owner: what the owners of an object ask for, as a JSON object such as
// {"orderly.dev/inject":"true","orderly.dev/steps":"fetch, build"}. Its keys are annotations of a user's and the label
// [contract.LabelInject]. Orderly writes it into the metadata directly below an owner's: of a CronJob into that of its Jobs, of a
// Job into that of its Pods. Each level writes its own keys over those that it was told itself, so the nearest wins.
type fromOwner map[string]string

// refusal is all that is passed on by whoever refuses: nobody has judged the rest, and nobody below is to read it.
var refusal = fromOwner{contract.LabelInject: contract.InjectNo}

// maxFromOwnerBytes bounds the annotation. The API server refuses an object whose annotations are larger all together
// (TotalAnnotationSizeLimitB), but only after admission.
const maxFromOwnerBytes = 256 << 10

// encode writes it with sorted keys. Nothing to pass on is the empty text.
func (f fromOwner) encode() string {
	if len(f) == 0 {
		return ""
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // people read it
	if err := encoder.Encode(f); err != nil {
		panic(err) // a map of texts can always be encoded
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// decodeFromOwner reads what encode wrote. It refuses what is no object of texts, and keys that are no user's: through them somebody
// could claim what Orderly says about a Pod. No annotation is nothing.
func decodeFromOwner(annotations map[string]string) (fromOwner, error) {
	text, given := annotations[contract.AnnotationFromOwner]
	if !given {
		return nil, nil
	}
	if len(text) > maxFromOwnerBytes {
		return nil, fmt.Errorf("more than %d bytes", maxFromOwnerBytes)
	}
	var f fromOwner
	if err := json.Unmarshal([]byte(text), &f); err != nil || f == nil {
		return nil, errors.New("not a JSON object of texts")
	}
	if len(userAnnotations(f)) != len(f) {
		return nil, errors.New("with keys that are no user's")
	}
	return f, nil
}

// checkFromOwner: what the owners ask for can be read. It is denied rather than ignored, because the Pod would run without the
// order that somebody asked for.
func checkFromOwner(s subject, _ decision) field.ErrorList {
	if s.unreadable == nil {
		return nil
	}
	outermost := s.levels[len(s.levels)-1]
	return field.ErrorList{field.Invalid(outermost.annotationPath(contract.AnnotationFromOwner), field.OmitValueType{},
		s.unreadable.Error()+"; Orderly writes this annotation itself, so remove it, or make the object anew from its owner")}
}

// tells is what the level tells the one directly below it, if it was itself told what is carried.
func (l level) tells(carried fromOwner) fromOwner {
	told := maps.Clone(carried)
	if told == nil {
		told = fromOwner{}
	}
	maps.Copy(told, l.own())
	return told
}

// told is what a subject's outermost level tells the one directly below it. A refusal is passed on only where somebody
// below asks: else nobody would call Orderly there anyway.
func (s subject) told() fromOwner {
	outermost := len(s.levels) - 1
	if !s.refused() {
		return s.levels[outermost].tells(s.carried)
	}
	asksBelow := false
	for _, l := range s.levels[:outermost] {
		asksBelow = asksBelow || len(l.own()) > 0
	}
	if asksBelow && (s.levels[outermost].refuses() || s.carried[contract.LabelInject] == contract.InjectNo) {
		return refusal
	}
	return nil
}

// toldPod is what the Pod of a subject's template will be told by all levels above it.
func (s subject) toldPod() fromOwner {
	if s.refused() {
		return refusal
	}
	told := s.carried
	for i := len(s.levels) - 1; i > 0; i-- {
		told = s.levels[i].tells(told)
	}
	return told
}
