"""What people and pipelines see."""
