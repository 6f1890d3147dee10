"""Reading from the remote what the checkout lacks."""
