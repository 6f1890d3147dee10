"""The user's own wording of title and description, in Jinja2."""
