{{- define "servers.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10002
  runAsGroup: 10002
  fsGroup: 10002
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "servers.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}
