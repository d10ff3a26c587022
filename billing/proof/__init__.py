"""The independent checker of answers: its own parser of texts, its own SQL; no code of the figures (ADR 0016)."""
