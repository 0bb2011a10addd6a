"""One module an instruction set: splits in, rows for LLaMA-Factory out."""
