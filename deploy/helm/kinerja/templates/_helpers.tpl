{{/* Labels that select a process: (dict "root" $ "service" name "role" name) */}}
{{- define "kinerja.selector" -}}
app.kubernetes.io/name: kinerja
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- with .role }}
kinerja/role: {{ . }}
{{- end }}
{{- end }}

{{- define "kinerja.labels" -}}
{{ include "kinerja.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* The name of whatever belongs to a service or its role: RELEASE-SERVICE[-ROLE] */}}
{{- define "kinerja.name" -}}
{{ .root.Release.Name }}-{{ .service }}{{ with .role }}-{{ . }}{{ end }}
{{- end }}

{{/* Of all, or the service's own while one goes before the others (docs/upgrades.md) */}}
{{- define "kinerja.image" -}}
{{- $own := dig "image" (dict) (index .root.Values.services .service | default dict) -}}
{{- $image := $own | default .root.Values.image -}}
{{ .root.Values.image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The Cluster's name. One that is recovered is another beside it. */}}
{{- define "kinerja.databaseCluster" -}}
{{ .Release.Name }}-{{ .Values.database.cluster.name }}
{{- end }}

{{/* What holds an agency's record outlives its release: only a person deletes it. */}}
{{- define "kinerja.kept" -}}
helm.sh/resource-policy: keep
argocd.argoproj.io/sync-options: Prune=false,Delete=false
{{- end }}

{{- define "kinerja.databaseServer" -}}
{{- if .Values.database.cluster.enabled }}{{ include "kinerja.databaseCluster" . }}-rw:5432
{{- else }}{{ required "database.server, or database.cluster.enabled" .Values.database.server }}{{ end }}
{{- end }}

{{/* What all processes may hold of connections to the database at once, a dozen each, with one of each role
that is being replaced, and some for the owner and the operator */}}
{{- define "kinerja.connections" -}}
{{- $all := 50 }}
{{- range $service, $_ := .Values.services }}
{{- range $role, $_ := $.Values.roles }}
{{- $how := include "kinerja.role" (dict "root" $ "service" $service "role" $role) | fromYaml }}
{{- $most := int $how.replicas }}
{{- range $scaled := list $how.autoscaling $how.keda }}
{{- if dig "enabled" false ($scaled | default dict) }}{{ $most = max $most (int $scaled.most) }}{{ end }}
{{- end }}
{{- $all = add $all (mul 12 (add 1 $most)) }}
{{- end }}
{{- end }}
{{- if .Values.console.enabled }}
{{- $most := int .Values.console.replicas }}
{{- if .Values.console.autoscaling.enabled }}{{ $most = max $most (int .Values.console.autoscaling.most) }}{{ end }}
{{- $all = add $all (mul 12 (add 1 $most)) }}
{{- if .Values.notifier.enabled }}{{ $all = add $all 24 }}{{ end }}
{{- end }}
{{- $all }}
{{- end }}

{{- define "kinerja.kafkaServers" -}}
{{- if .Values.kafka.cluster.enabled }}{{ .Release.Name }}-kafka-bootstrap:9093
{{- else }}{{ required "kafka.servers, or kafka.cluster.enabled" .Values.kafka.servers }}{{ end }}
{{- end }}

{{- define "kinerja.ownerSecret" -}}
{{- if .Values.database.cluster.enabled }}{{ include "kinerja.databaseCluster" . }}-superuser
{{- else }}{{ required "database.ownerSecret, or database.cluster.enabled" .Values.database.ownerSecret }}{{ end }}
{{- end }}

{{/* A role's settings of one service: the service's own over those of all */}}
{{- define "kinerja.role" -}}
{{- $own := dig .role (dict) (index .root.Values.services .service | default dict) -}}
{{- mergeOverwrite (deepCopy (index .root.Values.roles .role)) $own | toYaml -}}
{{- end }}

{{/* How the database's server proves that it is it, to whatever asks it */}}
{{- define "kinerja.databaseTrust" -}}
- {name: PGSSLMODE, value: {{ .Values.database.tls.mode }}}
{{- if include "kinerja.databaseAuthority" . }}
- {name: PGSSLROOTCERT, value: /etc/kinerja/database/ca.crt}
{{- end }}
{{- end }}

{{/* The Secret with the authority of its certificate */}}
{{- define "kinerja.databaseAuthority" -}}
{{- if hasPrefix "verify" .Values.database.tls.mode }}
{{- if .Values.database.cluster.enabled }}{{ include "kinerja.databaseCluster" . }}-ca
{{- else }}{{ required "database.tls.caSecret, for database.tls.mode verify-…" .Values.database.tls.caSecret }}{{ end }}
{{- end }}
{{- end }}

{{- define "kinerja.ownDatabase" -}}
{{ include "kinerja.databaseTrust" .root }}
- name: DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .service }}-database, key: password}}
- name: DATABASE_URL
  value: postgresql://kinerja_{{ .service }}:$(DATABASE_PASSWORD)@{{ include "kinerja.databaseServer" .root }}/kinerja_{{ .service }}
{{- end }}

{{/* Who may make databases and roles */}}
{{- define "kinerja.owner" -}}
- name: OWNER_USERNAME
  valueFrom: {secretKeyRef: {name: {{ include "kinerja.ownerSecret" . }}, key: username}}
- name: OWNER_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "kinerja.ownerSecret" . }}, key: password}}
- name: OWNER_DATABASE_URL
  value: postgresql://$(OWNER_USERNAME):$(OWNER_PASSWORD)@{{ include "kinerja.databaseServer" . }}/postgres
{{- end }}

{{/* How a service finds its database and Kafka, as nobody but itself */}}
{{- define "kinerja.environment" -}}
{{ include "kinerja.ownDatabase" . }}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ include "kinerja.kafkaServers" .root | quote }}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ .root.Values.kafka.protocol }}
- name: KAFKA_USERNAME
  value: {{ .service }}-kafka
- name: KAFKA_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .service }}-kafka, key: password}}
{{- if include "kinerja.kafkaAuthority" .root }}
- name: KAFKA_CA_FILE
  value: /etc/kinerja/kafka/ca.crt
{{- end }}
{{- end }}

{{/* The Secret with the authority of the brokers' certificates, where it is not one that everybody knows */}}
{{- define "kinerja.kafkaAuthority" -}}
{{- if .Values.kafka.cluster.enabled }}{{ .Release.Name }}-cluster-ca-cert{{ else }}{{ .Values.kafka.caSecret }}{{ end }}
{{- end }}

{{/* What every process mounts besides what is its own */}}
{{- define "kinerja.volumes" -}}
{{- with include "kinerja.databaseAuthority" .root }}
- name: database
  secret: {secretName: {{ . }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- with .root.Values.pods.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kinerja.mounts" -}}
{{- if include "kinerja.databaseAuthority" .root }}
- {name: database, mountPath: /etc/kinerja/database, readOnly: true}
{{- end }}
{{- with .root.Values.pods.mounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kinerja.kafkaVolume" -}}
{{- with include "kinerja.kafkaAuthority" .root }}
- name: kafka
  secret: {secretName: {{ . }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- end }}

{{- define "kinerja.kafkaMount" -}}
{{- if include "kinerja.kafkaAuthority" .root }}
- {name: kafka, mountPath: /etc/kinerja/kafka, readOnly: true}
{{- end }}
{{- end }}

{{/* A pod's labels and annotations; what an installation adds cannot take a label of ours away. `scraped`: it tells
metrics, which a Prometheus without the operator finds by annotations. */}}
{{- define "kinerja.podMetadata" -}}
labels: {{ mergeOverwrite (deepCopy .root.Values.pods.labels) (include "kinerja.labels" . | fromYaml) | toYaml | nindent 2 }}
{{- $annotations := deepCopy .root.Values.pods.annotations }}
{{- if and .scraped (eq .root.Values.monitoring.scrape "annotations") }}
{{- $annotations = mergeOverwrite $annotations (dict "prometheus.io/scrape" "true" "prometheus.io/port" "9000" "prometheus.io/path" "/metrics") }}
{{- end }}
{{- with $annotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What every pod is: nobody in particular, with nothing to write to but its own /tmp */}}
{{- define "kinerja.pod" -}}
serviceAccountName: {{ .root.Release.Name }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .root.Values.grace }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.pods.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.pods.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.pods.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Where metrics are told, and traces sent; and what an installation sets besides */}}
{{- define "kinerja.seen" -}}
- {name: METRICS_PORT, value: "9000"}
{{- with .root.Values.tracing }}
{{- if .endpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }}}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ .part | quote }}}
{{- end }}
{{- end }}
{{- with .root.Values.pods.environment }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kinerja.container" -}}
image: {{ include "kinerja.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Until its endpoint is forgotten everywhere, a pod that is told to end still takes requests. */}}
{{- define "kinerja.drain" -}}
lifecycle:
  preStop: {sleep: {seconds: 5}}
{{- end }}

{{- define "kinerja.spread" -}}
topologySpreadConstraints:
  {{- range list .root.Values.topologyKey "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {{ include "kinerja.selector" $ | fromYaml | toJson }}}
  {{- end }}
{{- end }}

{{/* `ready` is the path that tells it. */}}
{{- define "kinerja.probes" -}}
startupProbe:
  # What a process stands on, or a view that is built anew, keeps it from starting for as long as that takes.
  httpGet: {path: /livez, port: http}
  periodSeconds: 2
  failureThreshold: 43200
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: {{ .ready }}, port: http}
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}

{{/* More processes while they are busy: `how` is of what is scaled */}}
{{- define "kinerja.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "kinerja.name" . }}
  labels: {{ include "kinerja.labels" . | nindent 4 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ include "kinerja.name" . }}}
  minReplicas: {{ .how.replicas }}
  maxReplicas: {{ .how.autoscaling.most }}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: {{ .how.autoscaling.cpu }}}}
  # A process that has just started is busy with that.
  behavior: {scaleDown: {stabilizationWindowSeconds: 600}}
{{- end }}

{{/* `how` is of what is disrupted: one at a time, and what has one process only is not held back */}}
{{- define "kinerja.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "kinerja.name" . }}
  labels: {{ include "kinerja.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  # One that is not ready protects nobody.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{ include "kinerja.selector" . | nindent 6 }}
{{- end }}
