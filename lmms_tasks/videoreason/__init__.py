"""VideoReason: foresight, understanding of generated futures, and verification of them."""
