"""When the balance runs out."""
