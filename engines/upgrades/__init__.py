"""Old formats of a definition brought to the current one, a step at a time.

A step is a file `steps/from_<n>.py` providing `TYPE`, a `Step`; `loop` runs them.
"""
