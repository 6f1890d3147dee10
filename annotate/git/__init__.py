"""What the repository knows."""
