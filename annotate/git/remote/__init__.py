"""The repository at its remote: what the checkout lacks."""
