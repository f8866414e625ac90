{{- /*
Expressions of the policies. Labels and annotations may be absent, and CEL fails on an absent field, so they are read as optionals.
*/}}

{{- /* Names of what differs between two objects or maps, either of which may be absent: include "orderly.changed" (list "object" "oldObject" "spec") */}}
{{- define "orderly.changed" -}}
{{- $new := printf "dyn(%s).?%s.orValue({})" (index . 0) (index . 2) }}{{ $old := printf "dyn(%s).?%s.orValue({})" (index . 1) (index . 2) -}}
{{ $new }}.filter(k, !(k in {{ $old }}) || {{ $new }}[k] != {{ $old }}[k]) + {{ $old }}.filter(k, !(k in {{ $new }}))
{{- end }}

{{- /* The name of the companion, as the API server knows it, as a CEL literal. */}}
{{- define "orderly.companionUser" -}}
{{ printf "system:serviceaccount:%s:%s" .Release.Namespace (include "orderly.serviceAccountName" (list . "sidecarstop")) | toJson }}
{{- end }}

{{- /* What Orderly alone writes on a Pod that exists, beside the gates of containers and orderly.dev/cancel, which users may set, too. */}}
{{- define "orderly.readOnly" -}}
['orderly.dev/ready', 'orderly.dev/dead', 'orderly.dev/status', 'orderly.dev/result', 'orderly.dev/from-owner', 'orderly.dev/resolved-steps', 'orderly.dev/resolved-waits']
{{- end }}

{{- /* True for metadata with an annotation of a user's: include "orderly.wishes" "object.metadata" */}}
{{- define "orderly.wishes" -}}
{{ . }}.?annotations.orValue({}).exists(k, k.startsWith('orderly.dev/') && k != 'orderly.dev/cancel' && !(k in {{ include "orderly.readOnly" . }}))
{{- end }}

{{- /* One of the policies of policies-unrewritten.yaml is bound where the webhook is called. */}}
{{- define "orderly.boundWhereAsked" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ index . 1 }}
  labels: {{- include "orderly.labels" (index . 0) | nindent 4 }}
spec:
  policyName: {{ index . 1 }}
  validationActions: [Deny]
  matchResources:
    namespaceSelector: {{- include "orderly.askedNamespaces" (index . 0) | nindent 6 }}
{{- end }}
