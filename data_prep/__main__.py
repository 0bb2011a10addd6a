"""`python -m data_prep COMMAND`: see `--help`."""

from data_prep.cli import main

main()
