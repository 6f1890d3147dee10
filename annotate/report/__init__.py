"""The report of a run: log, outputs, summary and files."""
