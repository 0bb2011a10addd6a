"""Models that need no GPU: stored replies scored again, and the floors of every benchmark."""
