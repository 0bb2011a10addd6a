"""What training sets and a benchmark have in common: recordings, files, pictures."""
