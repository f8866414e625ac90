{{- /* What the Pods of both components have in common. Each is included with (list $ "webhook") or (list $ "sidecarstop"). */}}

{{- define "orderly.serviceAccount" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
{{- with (index $root.Values $component).serviceAccount }}
{{- if .create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "orderly.serviceAccountName" (list $root $component) }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "orderly.labels" $root | nindent 4 }}
  {{- with .annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "orderly.podMetadata" -}}
{{- $root := index . 0 }}{{ $values := index $root.Values (index . 1) -}}
labels:
  {{- include "orderly.selector" . | nindent 2 }}
  app.kubernetes.io/name: orderly
  {{- with $values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $values.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "orderly.podSpec" -}}
{{- $root := index . 0 }}{{ $values := index $root.Values (index . 1) -}}
serviceAccountName: {{ include "orderly.serviceAccountName" . }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $values.podSecurityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.topologySpreadConstraints }}
{{- $selector := dict "matchLabels" (include "orderly.selector" $ | fromYaml) }}
{{- $constraints := list }}
{{- range . }}
{{- $constraints = append $constraints (hasKey . "labelSelector" | ternary . (set (deepCopy .) "labelSelector" $selector)) }}
{{- end }}
topologySpreadConstraints: {{- toYaml $constraints | nindent 2 }}
{{- end }}
{{- end }}
