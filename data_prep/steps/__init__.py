"""How every step over many clips runs: in which processes, and what it knows to be done."""
