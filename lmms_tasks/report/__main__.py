"""python -m lmms_tasks.report LOGDIR... --out report.html."""

from lmms_tasks.report.cli import main

if __name__ == "__main__":
    main()
