"""Scripts for the maintainers of the project."""
