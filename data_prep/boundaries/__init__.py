"""What one decode pass tells of a video besides its pixels: scene boundaries, motion, hashes."""
