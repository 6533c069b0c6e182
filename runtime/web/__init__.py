"""The HTTP front: Flask pages, the REST API, sessions, errors, limits. No rules, no SQL."""
