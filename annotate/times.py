"""Times: read as ISO 8601, written as the Releases API takes them."""

from datetime import UTC, datetime


def iso_time(text: str) -> datetime:
    """Read an ISO 8601 time with an offset; ValueError for anything else.

    The result is aware, in the zone of the text, and has an equivalent in UTC.
    """
    try:
        time = datetime.fromisoformat(text.strip())
        if time.tzinfo is None:
            raise ValueError("the time has no offset")
        return time.astimezone(UTC).astimezone(time.tzinfo)
    except OverflowError as error:
        raise ValueError("the time does not exist in UTC") from error


def api_time(time: datetime) -> str:
    """Write an aware time as the API takes it: `yyyy-MM-dd HH:mm:ss`, in UTC (the seed)."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
