"""The actions of rules and flows, one file each."""
