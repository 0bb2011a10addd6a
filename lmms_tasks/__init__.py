"""The lmms-eval plug-in: the tasks, their statistics and the table of results."""

from pathlib import Path

TASKS_DIR = Path(__file__).resolve().parent
