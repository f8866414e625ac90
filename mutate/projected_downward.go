package mutate

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"

	"orderly.dev/mutate/annotation"
)

// shownFields are the fields of a Pod that the API lets files show (kubernetes/pkg/apis/core/validation, validVolumeDownwardAPIFieldPathExpressions).
// Requests and limits are left out, because they are those of one container, and the directory is for several.
var shownFields = []string{"metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations"}

// downward reads which fields of the Pod become files.
func (r *projectedReader) downward(v annotation.Value) projectedSource {
	source := projectedSource{text: sourceDownward}
	source.DownwardAPI = &corev1.DownwardAPIProjection{}
	for _, item := range r.Texts(v) {
		if detail := badFile(item.Key); detail != "" {
			r.RefuseValue(item.KeyPlace, item.Key, detail)
		}
		r.shownField(item)
		source.DownwardAPI.Items = append(source.DownwardAPI.Items, corev1.DownwardAPIVolumeFile{
			Path: item.Key, FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: item.Text},
		})
		source.files = append(source.files, projectedFile{item.Key, item.KeyPlace})
	}
	return source
}

// shownField refuses a field that the API server would refuse, with a name of its own for each reason.
func (r *projectedReader) shownField(item annotation.Text) {
	of, key, one := oneOf(item.Text)
	switch {
	case one && of == "metadata.annotations" && len(content.IsLabelKey(strings.ToLower(key))) > 0:
		r.RefuseValue(item.Place, item.Text, "not the key of an annotation; write metadata.annotations['KEY'], such as metadata.annotations['example.com/team']")
	case one && of == "metadata.labels" && len(content.IsLabelKey(key)) > 0:
		r.RefuseValue(item.Place, item.Text, "not the key of a label; write metadata.labels['KEY'], such as metadata.labels['app.kubernetes.io/name']")
	case one, slices.Contains(shownFields, item.Text):
	default:
		r.RefuseValue(item.Place, item.Text, "files cannot show this field"+r.Nearest(item.Text, shownFields)+", only "+strings.Join(shownFields, ", ")+
			", metadata.labels['KEY'] and metadata.annotations['KEY']; what else there is can be shown by variables (env, valueFrom)")
	}
}

// oneOf takes metadata.labels['KEY'] apart, and reports whether a field is such a one.
func oneOf(fieldPath string) (of, key string, one bool) {
	for _, of := range []string{"metadata.labels", "metadata.annotations"} {
		rest, begins := strings.CutPrefix(fieldPath, of+"['")
		if key, ends := strings.CutSuffix(rest, "']"); begins && ends {
			return of, key, true
		}
	}
	return "", "", false
}
