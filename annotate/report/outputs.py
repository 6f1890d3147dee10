"""The outputs of a run: the same names in every CI, and with every outcome."""

import json
from collections.abc import Sequence

from annotate.outcome import Outcome
from annotate.result import Delivery, Result
from annotate.times import api_time

#: Name and help of each output, as in the actions and the README.
OUTPUTS = {
    "outcome": f"Outcome of the run: {', '.join(f'`{outcome}`' for outcome in Outcome)}.",
    "release-id": "ID of the release in Amplitude.",
    "version": "Version of the release.",
    "tag": "Tag of the release; empty if the commit has none.",
    "previous-tag": "Tag of the previous release; empty for the first release.",
    "title": "Title of the release.",
    "description": "Description of the release.",
    "release-start": "Start of the release, as sent: `yyyy-MM-dd HH:mm:ss` in UTC.",
    "commit-count": "Number of commits since the previous release, without merges.",
    "payload": "Body of the request, in JSON.",
    "response": "Body of the response.",
    "results": "Outcome and release ID of each of the config file's `targets`, in JSON.",
}
# In characters. A runner accepts 1 MB of outputs per job; responses of the API are below 1 KB.
_RESPONSE_LIMIT = 65_536


def outputs(result: Result) -> dict[str, str]:
    """Return the outputs by name. Unknown values are empty."""
    history, release, delivery = result.history, result.release, result.delivery
    return {
        "outcome": result.outcome,
        "release-id": delivery.release_id if delivery else "",
        "version": release.version if release else history.version if history else "",
        "tag": history.tag if history else "",
        "previous-tag": history.previous if history else "",
        "title": release.title if release else "",
        "description": release.description if release else "",
        "release-start": api_time(release.release_start) if release else "",
        "commit-count": str(history.count) if history else "",
        "payload": release.json if release else "",
        "response": delivery.response[:_RESPONSE_LIMIT] if delivery else "",
        "results": _results(result.deliveries),
    }


def _results(deliveries: Sequence[Delivery]) -> str:
    """Return a JSON list with one object per named target; empty if there are none."""
    rows = [
        {
            "target": delivery.target,
            "outcome": delivery.outcome,
            "release-id": delivery.release_id,
        }
        for delivery in deliveries
        if delivery.target
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else ""
