#!/usr/bin/env bash
# Build every image: IMAGESkinerja-{service,demonstration,kafka,postgres}:TAG, where IMAGES is nothing or a registry's
# path with a slash.
#
#   [BASE=debian:bookworm-slim] [TAG=test] [IMAGES=] deploy/images/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

build() {  # name, Dockerfile's folder, further options
    # The host's network: a build needs the package registries, wherever the host reaches them.
    docker build --quiet --network host --build-arg BASE="${BASE:-debian:bookworm-slim}" \
        -t "${IMAGES:-}kinerja-$1:${TAG:-test}" -f "deploy/images/$2/Dockerfile" "${@:3}" .
}

build postgres postgres
# An operator reads the server's version from the tag.
postgres=${IMAGES:-}kinerja-postgres:${TAG:-test}
version=$(docker run --rm --entrypoint postgres "$postgres" --version | grep -oE '[0-9]+' | head -n 1)
docker tag "$postgres" "${postgres%:*}:$version-${TAG:-test}"
build kafka kafka
# Both are of one program, and say which.
if git rev-parse HEAD >/dev/null 2>&1; then
    labels=(--build-arg REVISION="$(git rev-parse HEAD)" --build-arg CREATED="$(git log -1 --format=%cI)")
fi
labels+=(--build-arg VERSION="${TAG:-test}")
build service service --target service "${labels[@]}"
build demonstration service "${labels[@]}"
