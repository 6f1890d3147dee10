"""The description as a run makes it."""

from annotate.notes import description as notes
from annotate.notes import groups
from annotate.notes.history import History


def described(history: History, url: str = "", limit: int = notes.DESCRIPTION_LIMIT) -> str:
    """What is said of a history of the repository `app`."""
    return notes.description(history, groups.of_history(history, "app"), url, limit)
