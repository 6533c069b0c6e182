"""One file for each control; found by `engines.form.catalog`, imported by nobody else."""
