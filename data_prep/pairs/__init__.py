"""Pairs of frames with an action between them, what they are not, and labels by a local model."""
