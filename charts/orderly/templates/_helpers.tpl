{{/* A cluster has one Orderly; its objects carry the name of the release. */}}
{{- define "orderly.labels" -}}
app.kubernetes.io/name: orderly
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Labels that select one component: include "orderly.selector" (list $ "webhook") */}}
{{- define "orderly.selector" -}}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/*
Reference of an image: include "orderly.image" (list $ .Values.webhook.image). A digest says which image it is, whatever tag there is.
*/}}
{{- define "orderly.image" -}}
{{- $root := index . 0 }}{{ $image := index . 1 -}}
{{ $image.registry | default $root.Values.image.registry }}/{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $root.Values.image.tag | default $root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Name of a component's ServiceAccount: include "orderly.serviceAccountName" (list $ "webhook") */}}
{{- define "orderly.serviceAccountName" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
{{ (index $root.Values $component).serviceAccount.name | default (printf "%s-%s" $root.Release.Name $component) }}
{{- end }}

{{/*
Fails for an entry of dependencies.resources that would let the companion read Secrets or ConfigMaps, also where the schema is skipped. Whoever
may not read them could ask for one value after the other, by Pods that wait for it.
*/}}
{{- define "orderly.refuseSecrets" -}}
{{- range .resources }}
{{- if or (contains "*" .) (contains "*" $.group) }}
{{- fail (printf "dependencies.resources: %q of group %q: name each kind that Pods may wait for, because * would be Secrets, too" . $.group) }}
{{- end }}
{{- if and (eq $.group "") (regexMatch "^(secrets|configmaps)(/|$)" .) }}
{{- fail (printf "dependencies.resources: %s can never be waited for, because whoever may not read them could ask for one value after the other" .) }}
{{- end }}
{{- end }}
{{- end }}
