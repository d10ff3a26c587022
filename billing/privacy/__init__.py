"""What billing keeps of a person: told as data, and erased; figures stay as they are."""
