"""The one gate: who may do what to which record and field, for reads and for writes alike."""
