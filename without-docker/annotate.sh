#!/usr/bin/env bash
# Runs annotate where there is no Docker: installs the locked requirements once for a job, beside
# the runner's own Python, and starts the same entrypoint as the container.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

# Ends the step before annotate runs: outcome, exit code, and the message in one line, for a
# workflow command ends where its line does.
end() {
    echo "outcome=$1" >> "${GITHUB_OUTPUT:-/dev/null}"
    echo "::error title=annotate::$3"
    exit "$2"
}

# Python is isolated (-I): no variable and no file of the checkout decides what runs beside the keys.
python=""
for candidate in python3 python; do
    if "$candidate" -I -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || end invalid 2 "No Python 3.11 or newer with pip is on this runner.\
%0A  annotate/without-docker runs on the Python of the runner: python3 or python on its PATH.\
%0A      - uses: actions/setup-python@v6   # in a step before\
%0A        with:\
%0A          python-version: \"3.13\""

# A job may use several versions of annotate, and of Python.
requirements=$(cksum < "$root/requirements.txt" | cut -d ' ' -f 1)
tag=$("$python" -I -c 'import sys; print(sys.implementation.cache_tag)')
folder=${RUNNER_TEMP:-$(mktemp -d)}
libraries=$folder/annotate-$requirements-$tag
if [ ! -d "$libraries" ]; then
    # Under another name until it is whole: an interrupted install is not taken for a finished one.
    part=$(mktemp -d "$folder/annotate.XXXXXX")
    PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 "$python" -I -m pip install --quiet --no-input \
        --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --target "$part" \
        --requirement "$root/requirements.txt" \
        || end unavailable 6 "The libraries of annotate could not be installed; nothing was sent.\
%0A  pip says why above: it asks the package index of this runner, with its proxy and certificates.\
%0A      env:\
%0A        PIP_INDEX_URL: https://…   # a mirror that the runner reaches"
    mv "$part" "$libraries"
fi
exec "$python" -I -X utf8 -c '
import sys
sys.path[:0] = sys.argv.pop(1), sys.argv.pop(1)
import entrypoint
sys.exit(entrypoint.main())
' "$root" "$libraries"
