"""Train, validation and test: whole recordings and their near duplicates, never single rows."""
