"""Business time: when an organisation is open, and how long that is between two instants."""
