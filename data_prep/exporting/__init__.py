"""Exporters: instruction sets as trainers and the Hugging Face hub take them."""
