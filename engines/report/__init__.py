"""Reports: what to count, over which records, by what, and how the answer is drawn."""
