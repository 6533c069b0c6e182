"""The rules engine: triggers, conditions, actions and decision tables. Pure."""
