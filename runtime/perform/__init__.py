"""The only writer: one function for each effect, each leaving its events."""
