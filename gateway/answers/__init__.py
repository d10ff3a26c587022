"""Answers that can be proved: their traces, kept with the turn; replay, check and what the figures came from."""
