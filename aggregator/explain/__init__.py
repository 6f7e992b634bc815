"""What was done to an entry, and why: where it came from, what it duplicates, and where it is published."""
