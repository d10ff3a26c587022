"""`make bench`: each benchmark prints a table and writes a JSON file under benchmarks/results/."""
