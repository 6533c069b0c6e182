"""The machine behind the ports: clock, ids, keys, files, mail, passwords, lock, control socket."""
