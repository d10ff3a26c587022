"""How often callers may call, counted in this process or, with a Redis, over all of them."""
