"""The flow engine: (flow, instance, signal, facts, now) -> (instance, effects, trace). Pure."""
