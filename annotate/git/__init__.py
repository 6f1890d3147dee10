"""Reading a release from a git repository."""
