"""What became of what customers asked: counted so that silence is never taken for success."""
