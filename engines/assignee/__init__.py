"""Who gets a task, a message or a record: the open set of assignee sources."""
