{{- /*
asks is true for metadata with the label inject=true or any annotation of ours, refuses for the label inject=false. Labels
and annotations may be absent, and CEL fails on an absent field, so each is guarded.
*/}}
{{- define "orderly.asks" -}}
((has({{ . }}.labels) && 'orderly.dev/inject' in {{ . }}.labels && {{ . }}.labels['orderly.dev/inject'] == 'true') || (has({{ . }}.annotations) && {{ . }}.annotations.exists(k, k.startsWith('orderly.dev/'))))
{{- end }}
{{- define "orderly.templateAsks" -}}
(has({{ . }}.metadata) && {{ include "orderly.asks" (print . ".metadata") }})
{{- end }}

{{- /* An object that is being deleted only loses its finalizers. */}}
{{- define "orderly.stays" -}}
- name: is-not-being-deleted
  expression: >-
    !has(object.metadata.deletionTimestamp)
{{- end }}

{{- /*
Namespaces whose objects are sent to the webhook: include "orderly.askedNamespaces" . What the operator selects is joined to the opt-in and to the
namespaces that are never caught; nothing can take their place. The API server itself keeps the label kubernetes.io/metadata.name right.
*/}}
{{- define "orderly.askedNamespaces" -}}
{{- $selector := .Values.webhook.namespaceSelector | default dict -}}
matchLabels:
  orderly.dev/inject: enabled
  {{- with $selector.matchLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
matchExpressions:
  {{- include "orderly.neverCaught" . | nindent 2 }}
  {{- with $selector.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Namespaces that are never caught, whatever labels they have. */}}
{{- define "orderly.neverCaught" -}}
- key: kubernetes.io/metadata.name
  operator: NotIn
  values: [kube-system, kube-public, kube-node-lease, {{ .Release.Namespace }}]
{{- end }}

{{- /* What all webhooks have in common: include "orderly.webhook" (list $ "/path"). matchConditions of the operator follow ours. */}}
{{- define "orderly.webhook" -}}
{{- $root := index . 0 }}{{ $path := index . 1 -}}
admissionReviewVersions: [v1]
clientConfig:
  service:
    name: {{ $root.Release.Name }}-webhook
    namespace: {{ $root.Release.Namespace }}
    path: {{ $path }}
    port: 443
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ $root.Values.webhook.timeoutSeconds }}
namespaceSelector: {{- include "orderly.askedNamespaces" $root | nindent 2 }}
{{- end }}

{{- /* A webhook that rewrites. */}}
{{- define "orderly.rewrites" -}}
{{- include "orderly.webhook" . }}
failurePolicy: {{ (index . 0).Values.webhook.failurePolicy }}
reinvocationPolicy: IfNeeded
{{- end }}
