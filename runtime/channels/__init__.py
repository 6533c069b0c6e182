"""The ways a message leaves, one file each. `deliver` is called at least once for each message."""
