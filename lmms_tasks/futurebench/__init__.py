"""FutureBench: which events come next, or came between, as multiple choice."""
