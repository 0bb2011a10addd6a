"""Looking at a manifest before training: one HTML page that needs nothing but itself."""
