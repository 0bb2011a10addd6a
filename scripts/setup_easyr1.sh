#!/usr/bin/env bash
# Make EasyR1 ready on a GPU machine: its source at the commit that the recipes were checked with,
# an environment of its own with vLLM, and this project's rewards in it.
#
#   bash scripts/setup_easyr1.sh [FOLDER]       FOLDER is ../EasyR1 by default
#
# Needs git, Python 3.11, uv or pip, and a CUDA toolkit for flash-attn. About 15 GB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-../EasyR1}
commit=b44b311b669bf1fd1aa2fc36f2251482ba33cb16

case "${1:-}" in -h | --help)
  sed -n '2,/^set/{s/^# \{0,1\}//;/^set/!p}' "${BASH_SOURCE[0]}"
  exit 0
  ;;
esac
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

if [ ! -d "$folder/.git" ]; then
  git clone https://github.com/hiyouga/EasyR1 "$folder" ||
    die "EasyR1 could not be cloned to $folder; clone it by hand and start again"
fi
git -C "$folder" -c advice.detachedHead=false checkout --quiet "$commit" ||
  die "$folder has no commit $commit: git -C $folder fetch, then start again"

python=$folder/.venv/bin/python
if [ ! -x "$python" ]; then
  command -v uv >/dev/null || die "uv is needed: https://docs.astral.sh/uv"
  uv venv --quiet --python 3.11 "$folder/.venv"
fi
# omegaconf 2.4 refuses EasyR1's own defaults; transformers 5 writes checkpoints it cannot read.
uv pip install --quiet --python "$python" 'transformers==4.57.6' 'omegaconf==2.3.0' decord \
  --requirements "$folder/requirements.txt"
uv pip install --quiet --python "$python" --no-deps --editable "$folder" --editable .

"$python" - <<'EOF' || die "EasyR1 does not import; see above"
import vllm
from verl.trainer.config import PPOConfig
from reward_fns.easyr1 import score
PPOConfig()
print(f"EasyR1 is ready: vllm {vllm.__version__}, rewards {score.__module__}")
EOF
