"""What happens after commit: due timers, deliveries, the sealing of the log; at least once."""
