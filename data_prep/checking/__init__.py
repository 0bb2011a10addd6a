"""Checking recipes and their data before a GPU is used."""
