"""How well messages are understood: sentences under their topics, what was guessed of them, and the figures."""
