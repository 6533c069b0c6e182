"""The form engine: what a form is, what an answer means, what a submit makes of a record.

Knows no storage, no HTTP and no HTML.
"""
