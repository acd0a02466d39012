#!/usr/bin/env bash
# A base image from Debian's packages, for where no image registry can be reached (as root).
#
#   deploy/images/base.sh [NAME]    default kinerja-base:bookworm; does nothing if the engine has it
#
# Certificate authorities that were added to this machine go into the image too: behind an office's
# own proxy, a build inside the image must trust what the machine trusts.
set -euo pipefail

name=${1:-kinerja-base:bookworm}
docker image inspect "$name" >/dev/null 2>&1 && exit

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" >&2
if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >&2
fi
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
# debootstrap writes the suite alone; security fixes come from a suite of their own.
mirror=$(cut -d' ' -f2 "$root/etc/apt/sources.list")
cat >>"$root/etc/apt/sources.list" <<SOURCES
deb $mirror bookworm-updates main
deb ${mirror%/}-security bookworm-security main
SOURCES
tar -C "$root" -c . | docker import --change 'CMD ["bash"]' - "$name" >&2
