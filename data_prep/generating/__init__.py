"""Futures made by generators: the present repeated, motion drawn out, a video model, or files."""
