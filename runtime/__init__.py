"""The only place that does things: loads, asks an engine, carries out effects, answers requests.

Nothing here decides business meaning (`engines`) or edits definitions (`builder`).
"""
