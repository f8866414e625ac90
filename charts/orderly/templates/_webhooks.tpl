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

{{- /* What all webhooks have in common: include "orderly.webhook" (list $ "/path") */}}
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
namespaceSelector:
  matchLabels:
    orderly.dev/inject: enabled
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: [kube-system, kube-public, kube-node-lease, {{ $root.Release.Namespace }}]
{{- end }}

{{- /* A webhook that rewrites. */}}
{{- define "orderly.rewrites" -}}
{{- include "orderly.webhook" . }}
failurePolicy: {{ (index . 0).Values.webhook.failurePolicy }}
reinvocationPolicy: IfNeeded
{{- end }}
