#!/usr/bin/env bash
# Runs annotate without Docker, with the runner's Python. A release has annotate and its libraries in
# one file beside this one (`make bundle`). A checkout has not, so the locked requirements are
# installed once per job.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
bundle=$here/annotate.pyz

# end OUTCOME EXIT_CODE MESSAGE: ends the step before annotate runs. The message must be one line,
# because a workflow command ends with its line.
end() {
    echo "outcome=$1" >> "${GITHUB_OUTPUT:-/dev/null}"
    echo "::error title=annotate::$3"
    exit "$2"
}

# -I isolates Python: no variable and no file of the checkout changes the code that runs with the keys.
python="" modules="sys" with_pip=""
[ -f "$bundle" ] || modules="sys, pip" with_pip=" with pip"
for candidate in python3 python; do
    if "$candidate" -I -c "import $modules; sys.exit(sys.version_info < (3, 11))" 2> /dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || end invalid 2 "This runner has no Python 3.11 or newer$with_pip.\
%0A  annotate/without-docker uses the Python of the runner: python3 or python on its PATH.\
%0A      - uses: actions/setup-python@v7   # before this step\
%0A        with:\
%0A          python-version: \"3.13\""

# -S leaves out the packages that are installed on the runner.
[ ! -f "$bundle" ] || exec "$python" -I -S -X utf8 "$bundle"

# A job may use several versions of annotate and of Python, which must not share a folder.
requirements=$(cksum < "$root/requirements.txt" | cut -d ' ' -f 1)
tag=$("$python" -I -c 'import sys; print(sys.implementation.cache_tag)')
folder=${RUNNER_TEMP:-$(mktemp -d)}
libraries=$folder/annotate-$requirements-$tag
if [ ! -d "$libraries" ]; then
    # Install under another name and rename it, so that an interrupted installation is not reused.
    part=$(mktemp -d "$folder/annotate.XXXXXX")
    PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 "$python" -I -m pip install --quiet --no-input \
        --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --target "$part" \
        --requirement "$root/requirements.txt" \
        || end unavailable 6 "The requirements of annotate could not be installed; nothing was sent.\
%0A  See pip's error above. pip uses the package index, proxy and certificates of this runner.\
%0A      env:\
%0A        PIP_INDEX_URL: https://…   # a mirror that the runner can reach"
    mv "$part" "$libraries"
fi
exec "$python" -I -X utf8 -c '
import sys
sys.path[:0] = sys.argv.pop(1), sys.argv.pop(1)
import entrypoint
from annotate import process
process.leave(entrypoint.main())
' "$root" "$libraries"
