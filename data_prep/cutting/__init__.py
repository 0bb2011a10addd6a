"""Cutting clips into a context and a future, two files that share no frame."""
