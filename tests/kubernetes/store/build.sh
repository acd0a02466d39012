#!/usr/bin/env bash
# Build an object store for the rehearsal of backups, from its Go module, as the image IMAGESkinerja-store:VERSION; needs Go and
# Docker. Does nothing where it is there.
set -euo pipefail
version=1.2.0
image=${IMAGES:-}kinerja-store:$version
docker image inspect "$image" >/dev/null 2>&1 && exit

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
CGO_ENABLED=0 GOBIN=$folder go install -trimpath -ldflags '-s -w' "github.com/johannesboyne/gofakes3/cmd/gofakes3@v$version"
docker build --quiet -t "$image" -f - "$folder" <<'IMAGE'
FROM scratch
COPY gofakes3 /
USER 65532:65532
ENTRYPOINT ["/gofakes3", "-backend", "memory", "-host", ":9000", "-initialbucket", "backup"]
IMAGE
