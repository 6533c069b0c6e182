"""The assignee sources, one file each."""
