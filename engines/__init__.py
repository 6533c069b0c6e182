"""The four engines and their kernel: pure functions over immutable definitions.

Nothing here reads a file, a clock, a random source or the network; see `runtime` for that.
"""
