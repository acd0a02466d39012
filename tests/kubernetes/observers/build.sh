#!/usr/bin/env bash
# Build what observes an installation: OpenTelemetry's collector, from its Go modules by its own builder, as the image
# IMAGESkinerja-collector:VERSION, and Prometheus, as Debian has it, as IMAGESkinerja-prometheus:TAG. Needs Go and Docker;
# BASE as deploy/images/build.sh has it. Does nothing about an image that is there.
set -euo pipefail
cd "$(dirname "$0")"
version=0.165.0
image=${IMAGES:-}kinerja-collector:$version
if ! docker image inspect "$image" >/dev/null 2>&1; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    echo "Building OpenTelemetry's collector $version, once …"
    GOBIN=$folder go install "go.opentelemetry.io/collector/cmd/builder@v$version"
    cp collector.yaml "$folder"  # what is built comes beside it
    (cd "$folder" && CGO_ENABLED=0 ./builder --config collector.yaml)
    docker build --quiet -t "$image" -f - "$folder/built" <<'IMAGE'
FROM scratch
COPY collector /
USER 65532:65532
ENTRYPOINT ["/collector"]
IMAGE
fi
docker build --quiet --network host --build-arg BASE="${BASE:-debian:bookworm-slim}" \
    -t "${IMAGES:-}kinerja-prometheus:${TAG:-test}" - <<'IMAGE'
ARG BASE
FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends prometheus && rm -rf /var/lib/apt/lists/*
USER 65532:65532
ENTRYPOINT ["prometheus"]
IMAGE
