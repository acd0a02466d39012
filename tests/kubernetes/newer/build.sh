#!/usr/bin/env bash
# Of the service's image make two more: TAG-again, the same program under another name, and TAG-newer, a program with
# one migration more, a new event and a view of a higher version.
set -euo pipefail
cd "$(dirname "$0")"
image=${IMAGES:-}kinerja-service:${TAG:-test}
docker tag "$image" "$image-again"
docker build --quiet --build-arg PROGRAM="$image" -t "$image-newer" .
