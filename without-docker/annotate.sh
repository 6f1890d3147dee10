#!/usr/bin/env bash
# Runs annotate where there is no Docker: installs the locked requirements once for a job, beside
# the runner's own Python, and starts the same entrypoint as the container.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

python=""
for candidate in python3 python; do
    if "$candidate" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    # One line: a workflow command ends where its line does.
    printf '%s' '::error title=annotate::No Python 3.11 or newer with pip is on this runner.' \
        '%0A  annotate/without-docker runs on the Python of the runner: python3 or python on its PATH.' \
        '%0A      - uses: actions/setup-python@v6   # in a step before' \
        '%0A        with:' \
        '%0A          python-version: "3.13"'
    echo
    exit 2
fi

# A job may use several versions of annotate, each with requirements of its own.
libraries=${RUNNER_TEMP:-/tmp}/annotate-$(cksum < "$root/requirements.txt" | cut -d ' ' -f 1)
if [ ! -d "$libraries" ]; then
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
        --only-binary :all: --target "$libraries.part" --requirement "$root/requirements.txt"
    # A name of its own until it is whole: an interrupted install is not taken for a finished one.
    mv "$libraries.part" "$libraries"
fi
PYTHONPATH=$libraries PYTHONUTF8=1 exec "$python" "$root/entrypoint.py"
