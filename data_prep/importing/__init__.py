"""Importers: annotations of published data sets, and of your own, joined with scanned videos."""
