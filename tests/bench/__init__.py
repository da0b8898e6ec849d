"""What operations cost a running instance: `python -m tests.bench` prints the table."""
