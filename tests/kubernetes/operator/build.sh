#!/usr/bin/env bash
# Build the operator CloudNativePG from its Go module, as the image IMAGESkinerja-cloudnative-pg:VERSION; needs Go and Docker.
# Its resources go to .local/kubernetes/cloudnative-pg.yaml. Does nothing where both are there.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=1.28.0
image=${IMAGES:-}kinerja-cloudnative-pg:$version
resources=.local/kubernetes/cloudnative-pg.yaml
[ -s "$resources" ] && docker image inspect "$image" >/dev/null 2>&1 && exit

module=$(go mod download -json "github.com/cloudnative-pg/cloudnative-pg@v$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
echo "Building CloudNativePG $version, once …"
cp -r "$module" "$folder/source"
chmod -R u+w "$folder/source"
mkdir -p "$folder/image/operator"
(cd "$folder/source" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$folder/image/operator/manager_$(go env GOARCH)" ./cmd/manager)
ln -s "operator/manager_$(go env GOARCH)" "$folder/image/manager"
docker build --quiet -t "$image" -f - "$folder/image" <<'IMAGE'
FROM scratch
COPY . /
USER 65532:65532
ENTRYPOINT ["/manager"]
IMAGE
mkdir -p "$(dirname "$resources")"
cp "$folder/source/releases/cnpg-$version.yaml" "$resources"
