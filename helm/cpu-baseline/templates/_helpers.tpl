{{- define "cpu-baseline.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "cpu-baseline.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "cpu-baseline.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "cpu-baseline.selectorLabels" -}}
app.kubernetes.io/name: {{ include "cpu-baseline.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "cpu-baseline.labels" -}}
{{ include "cpu-baseline.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "cpu-baseline.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "cpu-baseline.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "cpu-baseline.leaseNamespace" -}}
{{- default .Release.Namespace .Values.leaderElection.namespace }}
{{- end }}

{{- define "cpu-baseline.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- /* subjects: the operator's ServiceAccount, for every binding. */ -}}
{{- define "cpu-baseline.subjects" -}}
- kind: ServiceAccount
  name: {{ include "cpu-baseline.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- /* valueOfOption: the options of `cpu-baseline run` that the Deployment sets, each with the value that it comes from. */ -}}
{{- define "cpu-baseline.valueOfOption" -}}
--listen-port: listenPort
--leader-elect: leaderElection.enabled
--lease-namespace: leaderElection.namespace
--log-format: logFormat
--evidence-grace: timing.evidenceGrace
--count-write-interval: timing.countWriteInterval
--retry-initial: timing.retryInitial
--retry-max: timing.retryMax
--refusal-retry: timing.refusalRetry
--probe-interval: timing.probeInterval
--reapply-delay: timing.reapplyDelay
--contention-window: timing.contentionWindow
--conflict-delay: timing.conflictDelay
--proof-time: timing.proofTime
--request-timeout: timing.requestTimeout
--watch-idle-limit: timing.watchIdleLimit
--watch-retry-max: timing.watchRetryMax
--resync-interval: timing.resyncInterval
--event-interval: timing.eventInterval
--lease-duration: timing.leaseDuration
--restart-interval: timing.restartInterval
--write-virtual-machines: virtualMachines.write
--restart-virtual-machines: restartCampaigns.enabled
--prometheus-url: restartCampaigns.prometheusUrl
--prometheus-token-file: restartCampaigns.prometheusTokenFile
--prometheus-ca-file: restartCampaigns.prometheusCaFile
--trusted-managers: virtualMachines.trustedManagers
--write-cluster-default: clusterDefault.write
--node-feature-namespace: nodeFeatureDiscovery.namespace
--admission-policy: admission.enabled
{{- end }}
