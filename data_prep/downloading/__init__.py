"""Published data sets fetched from the Hugging Face hub, and their archives unpacked safely."""
