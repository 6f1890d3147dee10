"""The one HTTP session."""
