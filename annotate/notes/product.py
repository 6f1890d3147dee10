"""The name of the product that a release belongs to."""

from annotate.notes.version_only import says_only_version
from annotate.versions.version import Version

# Names of repositories that many owners have.
_GENERIC = frozenset([
    "admin", "agent", "android", "api", "app", "application", "apps", "backend", "cli", "client",
    "common", "components", "console", "core", "dashboard", "desktop", "docs", "engine",
    "framework", "frontend", "infra", "infrastructure", "ios", "lib", "library", "main", "mobile",
    "monorepo", "packages", "platform", "plugin", "plugins", "portal", "project", "repo", "runtime",
    "sdk", "server", "service", "services", "shared", "site", "tools", "ui", "utils", "web",
    "webapp", "website", "worker",
])  # fmt: skip


def product(tag: str, repository: str) -> str:
    """Return the product that a tag names, `@scope/web` for `@scope/web@1.2.3`.

    If it names none, it is the name of the repository, with its owner if that name says nothing:
    `laravel framework` for `laravel/framework`.
    """
    version = Version.parse(tag)
    name = version.product if version else ""
    if not says_only_version(name, ""):
        return name
    owner, _, own = repository.rpartition("/")
    return f"{owner.rpartition('/')[2]} {own}".strip() if own.lower() in _GENERIC else own
