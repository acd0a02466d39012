#!/bin/sh
# Build helm into .local/kubernetes; needs Go. Does nothing where it is there in this version.
set -eu
cd "$(dirname "$0")/../.."
bin=$PWD/.local/kubernetes/bin
helm=v3.21.4
[ "$("$bin/helm" version --template '{{.Version}}' 2>/dev/null)" = "$helm" ] && exit
command -v go >/dev/null || { echo "Kinerja: the chart's tests need Go, to build helm $helm" >&2; exit 1; }
echo "Building helm $helm, once …"
GOBIN=$bin go install -trimpath -ldflags "-X helm.sh/helm/v3/internal/version.version=$helm" "helm.sh/helm/v3/cmd/helm@$helm"
