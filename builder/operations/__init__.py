"""Typed gestures of the designers on a definition's text, each exactly reversible.

Here: what a gesture changes and how it is taken back. Not here: who may make it, and where drafts
are kept (`builder.drafts`).
"""
