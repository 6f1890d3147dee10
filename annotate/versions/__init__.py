"""Reading versions from the names of tags, and choosing among them."""
