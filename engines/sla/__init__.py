"""Promises about time: policies with targets, and clocks that run against them."""
