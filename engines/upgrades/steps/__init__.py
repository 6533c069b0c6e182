"""One file a step, named `from_<n>`; none yet, because format 1 is the first."""
