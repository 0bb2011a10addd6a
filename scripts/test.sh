#!/usr/bin/env bash
# Check everything: format, lint, types, tests, and one run each through the real llamafactory-cli
# and lmms-eval. Further arguments go to pytest.
#
#   bash scripts/test.sh                  all but the slow tests (under 10 minutes on 2 cores)
#   bash scripts/test.sh -m slow          the slow ones: makes the tiny model again
#   bash scripts/test.sh tests/test_answers.py
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
export HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false

say "format and lint"
ruff format --check .
ruff check .
say "types"
mypy
say "tests"
# Tests of one file share what they made, so a file stays with one worker.
pytest -n auto --maxprocesses 4 --dist loadfile "$@"
