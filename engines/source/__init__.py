"""Definition text: reading it safely, changing it without losing comments, writing it out.

Reads no files: callers hand over text. What the data means is none of this package's business.
"""
