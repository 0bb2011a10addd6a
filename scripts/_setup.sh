# Sourced by the other scripts: goes to the repository's root and makes .venv ready.
#
# The environment is made once and reused; it is made again when pyproject.toml or constraints.txt
# change. It needs Python 3.11 and a package index, no root, no GPU, no model hub.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

python_311() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  die "Python 3.11 is needed and was not found; install it, or name it: PYTHON=/path/to/python3.11"
}

ensure_uv() {
  if command -v uv >/dev/null; then
    UV=uv
  else
    UV=.venv/bin/uv
    [ -x "$UV" ] && return
    "$1" -m venv .venv ||
      die "Python's venv module is not complete; install it (Debian: python3-venv), or install uv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
  fi
}

ensure_environment() {
  local wanted stamp=.venv/.videoreason-installed python
  wanted=$(cat pyproject.toml constraints.txt | sha256sum)
  if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  say "installing the tested versions into .venv (about 7 GB; half a minute with a near index)"
  python=$(python_311)
  ensure_uv "$python"
  [ -x .venv/bin/python ] || "$UV" venv --quiet --python "$python" .venv
  "$UV" pip install --quiet --python .venv/bin/python \
    --constraints constraints.txt --editable '.[eval,sft,generate,teacher,scenes,scale,dev]'
  printf '%s\n' "$wanted" >"$stamp"
}

ensure_environment
PATH="$PWD/.venv/bin:$PATH"
export PATH
