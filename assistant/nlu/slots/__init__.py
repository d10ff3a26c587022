"""Values found in a message, normalised as docs and forms use them."""
