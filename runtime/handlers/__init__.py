"""One function for each command: ask the gate, ask the engine, hand effects to `perform`."""
