"""Tags -> versions: which tag is a version, its family, and the release before."""
