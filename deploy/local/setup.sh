#!/bin/sh
# Make .venv, install the locked requirements of a group into it, and build the browser's files:
# setup.sh local|docs|dev|kubernetes|bench
# Needs Python >= 3.11 (PYTHON names another than python3), and of pip, venv and uv one. Does nothing when all is installed.
set -eu
group=$1
cd "$(dirname "$0")/../.."
wanted=requirements/$group.txt
installed=.venv/installed-$group.txt
log=.local/setup.log

# What has changed of ours is compiled here, and not by each process that starts: where nothing may write
# bytecode (PYTHONDONTWRITEBYTECODE), that would be every time. In a folder that cannot be written it is.
finish() {
    .venv/bin/python -m compileall -qq -x '/\.' . || :
    exec .venv/bin/python -m deploy.assets
}

[ -x .venv/bin/python ] && cmp -s "$wanted" "$installed" && finish

fail() {
    echo "Kinerja: $*" >&2
    exit 1
}

find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    found=$("${PYTHON:-python3}" -V 2>&1) || found="none"
    fail "needs Python 3.11 or newer, found $found: install it, or name one: make PYTHON=/path/to/python3.11"
}

check_disk() {
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge 2048 ] || fail "needs 2 GB of free disk here, there are $free MB: free some, or move this folder"
}

# Runs a command with its output in the log; one line says why it failed.
quietly() {
    "$@" >>"$log" 2>&1 && return
    if grep -qiE 'certificate|UnknownIssuer' "$log"; then
        fail "a proxy answers with a certificate that is not trusted here: add its authority's to the system's (Debian: update-ca-certificates), or name the file: SSL_CERT_FILE=/path/to/it.pem make … (log: $log)"
    fi
    if grep -qiE 'dns|resolve host|name resolution|connect|timed out|unreachable|error sending request|proxy|from versions: none' "$log"; then
        fail "no Python package registry reached: check the network, or set HTTPS_PROXY or your index in pip's and uv's configuration (log: $log)"
    fi
    why=$(grep -i -m 1 -A 1 '^ *error' "$log" | tr -s ' \n' ' ') || why=$(tail -n 1 "$log")
    fail "set-up failed: $why(log: $log)"
}

# An inspecting proxy's authority is known to the system alone: pip and uv use its store, if there is
# one, and a file that is named before all.
trust() {
    for store in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt \
        /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
        [ -s "$store" ] || continue
        export UV_SYSTEM_CERTS=true REQUESTS_CA_BUNDLE="${REQUESTS_CA_BUNDLE:-$store}"
        return
    done
}

# uv from the PATH, else whatever this Python has to install it below .local.
find_uv() {
    for uv in uv .local/uv/bin/uv; do
        "$uv" --version >/dev/null 2>&1 && by=nothing && return
    done
    if "$python" -m pip --version >/dev/null 2>&1; then
        by=pip
    elif "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        by=venv
    else
        fail "$python has neither pip nor venv, of which set-up needs one: install it (Debian, Ubuntu: apt-get install python3-venv; Fedora: dnf install python3-pip), or put uv on the PATH"
    fi
}

install_uv() {
    case $by in
    pip) quietly "$python" -m pip install --require-hashes --target .local/uv -r requirements/uv.txt ;;
    venv)
        quietly "$python" -m venv .local/uv
        quietly .local/uv/bin/python -m pip install --require-hashes -r requirements/uv.txt
        ;;
    esac
}

find_python
find_uv
check_disk
trust
mkdir -p .local
: >"$log"
echo "Setting up Python packages ($group), once …"
install_uv
if [ ! -x .venv/bin/python ]; then
    rm -rf .venv
    quietly "$uv" venv --no-python-downloads --python "$python" .venv
fi
# Not "sync": the groups share one .venv, and running must not take the test tools away.
# Compiled once, like ours.
quietly "$uv" pip install --compile-bytecode --python .venv/bin/python --require-hashes -r "$wanted"
cp "$wanted" "$installed"
finish
