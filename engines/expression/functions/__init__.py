"""The functions of the language, a module for each group. Each bounds its input and output."""
