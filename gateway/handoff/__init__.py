"""A conversation that a person answers for a while, in the place of the assistant (ADR 0012)."""
