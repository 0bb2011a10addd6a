"""Runs the command line: `python -m lmms_tasks.best_of_n`."""

from lmms_tasks.best_of_n.cli import main

if __name__ == "__main__":
    main()
