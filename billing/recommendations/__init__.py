"""Which plan would have cost least for the use that there was."""
