{{/* Names, labels, and what the pods of all parts have in common. */}}

{{- define "nexus.name" -}}
{{- printf "%s-%s" .root.Release.Name .part | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "nexus.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "nexus.labels" -}}
{{ include "nexus.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "nexus.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{/* Keys of the Secret that a part is given, and no other. */}}
{{- define "nexus.secretKeys" -}}
{{- $common := list "NEXTAUTH_SECRET" "TOPOLO_AUTH_CLIENT_SECRET" -}}
{{- if eq .part "auth" -}}
{{- concat $common (list "AUTH_DATABASE_URL" "AUTH_ENCRYPTION_KEY") .root.Values.moreSecrets.auth | toJson -}}
{{- else if eq .part "migrations" -}}
{{- list "DATABASE_URL" "AUTH_DATABASE_URL" | toJson -}}
{{- else -}}
{{- concat $common (list "DATABASE_URL" "NEXUS_ENCRYPTION_KEYS" "NEXUS_TOKEN_PEPPER") .root.Values.moreSecrets.gateway | toJson -}}
{{- end -}}
{{- end -}}

{{/* Settings of a part: its own, before those of all, before what follows from the values. */}}
{{- define "nexus.env" -}}
{{- $values := .root.Values -}}
{{- $env := dict "NEXUS_PUBLIC_URL" $values.publicUrl -}}
{{- if ne .part "migrations" -}}
{{- $own := index $values .part -}}
{{- $_ := set $env "NEXUS_DRAIN_DELAY_MS" (mul $values.drainDelaySeconds 1000) -}}
{{- $_ := set $env "NEXUS_DRAIN_TIMEOUT_MS" (mul $own.drainTimeoutSeconds 1000) -}}
{{- if eq .part "auth" -}}
{{- $_ := set $env "AUTH_PUBLIC_URL" $values.authPublicUrl -}}
{{- $_ := set $env "AUTH_REGISTRATION" $values.registration -}}
{{- $_ := set $env "AUTH_TRUSTED_PROXIES" "1" -}}
{{- else -}}
{{- $_ := set $env "TOPOLO_AUTH_URL" $values.authPublicUrl -}}
{{- $_ := set $env "TOPOLO_AUTH_INTERNAL_URL" (printf "http://%s:3001" (include "nexus.name" (dict "root" .root "part" "auth"))) -}}
{{- $_ := set $env "NEXUS_HEALTH_PORT" "3010" -}}
{{- $_ := set $env "NEXUS_DASHBOARD" (ternary "on" "off" (eq .part "dashboard")) -}}
{{- end -}}
{{- $env = mergeOverwrite $env (deepCopy $values.settings) (deepCopy $own.settings) -}}
{{- end -}}
{{- range $name := keys $env | sortAlpha }}
- name: {{ $name }}
  value: {{ index $env $name | toString | quote }}
{{- end }}
{{- range $key := include "nexus.secretKeys" . | fromJsonArray }}
- name: {{ $key }}_FILE
  value: /run/secrets/nexus/{{ $key }}
{{- end }}
{{- end -}}

{{- define "nexus.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "nexus.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "nexus.mounts" -}}
- name: secrets
  mountPath: /run/secrets/nexus
  readOnly: true
- name: data
  mountPath: /data
- name: tmp
  mountPath: /tmp
{{- end -}}

{{/* Whatever is written is gone with the pod: what lasts is in the database and in the Secret. */}}
{{- define "nexus.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .root.Values.existingSecret }}
    defaultMode: 0440
    items:
      {{- range $key := include "nexus.secretKeys" . | fromJsonArray }}
      - key: {{ $key }}
        path: {{ $key }}
      {{- end }}
- name: data
  emptyDir: {}
- name: tmp
  emptyDir: {}
{{- end -}}

{{/* Of a part of two ports or one: what it is run with. */}}
{{- define "nexus.deployment" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .part -}}
{{- $isAuth := eq .part "auth" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "nexus.name" . }}
  labels:
    {{- include "nexus.labels" . | nindent 4 }}
spec:
  {{- if not (dig "autoscaling" "enabled" false $own) }}
  replicas: {{ $own.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  minReadySeconds: 5
  # A new one is there, and ready, before an old one is told to end.
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "nexus.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "nexus.labels" . | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with $values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext:
        {{- include "nexus.podSecurity" . | nindent 8 }}
      # The delay, the time for draining, and a minute. No preStop: the process itself goes on answering for the delay.
      terminationGracePeriodSeconds: {{ add $values.drainDelaySeconds $own.drainTimeoutSeconds 60 }}
      containers:
        - name: {{ .part }}
          image: {{ include "nexus.image" .root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          args:
            - {{ ternary "/nexus/auth.mjs" "/nexus/server.mjs" $isAuth }}
          env:
            {{- include "nexus.env" . | nindent 12 }}
          ports:
            - name: http
              containerPort: {{ ternary 3001 3000 $isAuth }}
            {{- if not $isAuth }}
            - name: health
              containerPort: 3010
            {{- end }}
          {{- $port := ternary "http" "health" $isAuth }}
          startupProbe:
            httpGet:
              path: /health
              port: {{ $port }}
            periodSeconds: 2
            timeoutSeconds: 3
            failureThreshold: 90
          livenessProbe:
            httpGet:
              path: /health
              port: {{ $port }}
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          readinessProbe:
            httpGet:
              path: /health/ready
              port: {{ $port }}
            periodSeconds: 2
            timeoutSeconds: 3
            failureThreshold: 2
          resources:
            {{- toYaml $own.resources | nindent 12 }}
          securityContext:
            {{- include "nexus.containerSecurity" . | nindent 12 }}
          volumeMounts:
            {{- include "nexus.mounts" . | nindent 12 }}
      volumes:
        {{- include "nexus.volumes" . | nindent 8 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "nexus.selector" . | nindent 14 }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
