"""Bank statements: what came by bank transfer, kept line by line, credited once."""
