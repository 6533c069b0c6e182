"""The one expression language: types, checking, and the evaluators that run in Python.

`compile.py` is the door. The SQL form lives in `runtime/store/filters.py`, the browser's evaluator
in `runtime/ui/expression/`; neither decides what an expression means, `tests/vectors/` does.
"""
