"""Videos in, context and future clips and instruction sets out."""
