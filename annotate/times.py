"""Parsing of ISO 8601 times, and the time format of the Releases API."""

from datetime import UTC, datetime


def iso_time(text: str) -> datetime:
    """Parse an ISO 8601 time with a UTC offset. Raises ValueError for anything else.

    The result is aware, in the time zone of the text, and can be converted to UTC.
    """
    try:
        time = datetime.fromisoformat(text.strip())
        if time.tzinfo is None:
            raise ValueError("the time has no offset")
        # The way to UTC raises OverflowError at the ends of the calendar.
        return time.astimezone(UTC).astimezone(time.tzinfo)
    except OverflowError as error:
        raise ValueError("the time does not exist in UTC") from error


def api_time(time: datetime) -> str:
    """Format an aware time for the API: `yyyy-MM-dd HH:mm:ss`, in UTC ("Create a release")."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
