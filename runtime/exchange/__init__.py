"""Records in and out as files: mappings, reading, writing; and an app's own sample records."""
