"""The designer, the sandbox and the `dougong` command: a client of `runtime` and `engines`.

Nothing below may import this package.
"""
