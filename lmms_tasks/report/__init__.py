"""One self-contained HTML page about one or more models, out of lmms-eval's own logs."""
