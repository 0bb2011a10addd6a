"""Filtering and sampling a manifest by declared conditions, in one streaming pass."""
