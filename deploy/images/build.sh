#!/usr/bin/env bash
# Build every image: kinerja-{service,demonstration,kafka,postgres}:TAG.
#
#   [BASE=debian:bookworm-slim] [TAG=test] deploy/images/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

build() {  # name, Dockerfile's folder, further options
    # The host's network: a build needs the package registries, wherever the host reaches them.
    docker build --quiet --network host --build-arg BASE="${BASE:-debian:bookworm-slim}" \
        -t "kinerja-$1:${TAG:-test}" -f "deploy/images/$2/Dockerfile" "${@:3}" .
}

build postgres postgres
build kafka kafka
build service service --target service
build demonstration service
