"""The delivery of a release: at most once, within the deadline, with a certain outcome."""
