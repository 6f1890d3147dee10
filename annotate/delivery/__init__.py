"""Deliver a release: once, in time, told truly."""
