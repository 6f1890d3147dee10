"""The release, with the field names of the Releases API."""

from dataclasses import dataclass
from datetime import UTC, datetime

#: Where releases are created, below the base URL (the seed).
ENDPOINT = "/api/2/release"


def api_time(moment: datetime) -> str:
    """An aware time as the API wants it: `yyyy-MM-dd HH:mm:ss`, in UTC (the seed)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


@dataclass(frozen=True, kw_only=True)
class Release:
    """The parameters of "Create a release"; what is empty is left out of the request."""

    version: str
    title: str
    #: Aware, in any zone.
    release_start: datetime
    #: Aware, in any zone, not before the start.
    release_end: datetime | None = None
    description: str = ""
    platforms: tuple[str, ...] = ()
    created_by: str = ""
    chart_visibility: bool = True

    def payload(self) -> dict[str, object]:
        """The JSON body of the request."""
        fields: dict[str, object] = {
            "version": self.version,
            "title": self.title,
            "description": self.description,
            "release_start": api_time(self.release_start),
            "release_end": api_time(self.release_end) if self.release_end else None,
            "platforms": list(self.platforms),
            "created_by": self.created_by,
            "chart_visibility": self.chart_visibility,
        }
        return {name: value for name, value in fields.items() if value not in ("", None, [])}
