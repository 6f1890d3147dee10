"""How the release gets there: sent once, and told truly."""
