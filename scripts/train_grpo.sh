#!/usr/bin/env bash
# Train with GRPO in EasyR1: check recipe and rows first, then start.
#
#   bash scripts/train_grpo.sh recipes/grpo/qwen2_5_vl_7b_futurebench.yaml
#   bash scripts/train_grpo.sh recipes/grpo/qwen2_5_vl_3b_futurebench.yaml trainer.n_gpus_per_node=2
#
# Before: bash scripts/setup_easyr1.sh. EASYR1 names its folder (../EasyR1).
# A killed run goes on from its last checkpoint when started again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in "" | -h | --help)
  sed -n '2,/^set/{s/^# \{0,1\}//;/^set/!p}' "${BASH_SOURCE[0]}"
  [ -n "${1:-}" ] && exit 0 || exit 1
  ;;
esac
easyr1=${EASYR1:-../EasyR1}
python=$easyr1/.venv/bin/python
if [ ! -x "$python" ]; then
  printf 'error: EasyR1 is not installed in %s\n  fix:  bash scripts/setup_easyr1.sh %s\n' \
    "$easyr1" "$easyr1" >&2
  exit 1
fi
recipe=$1
shift

bash scripts/check.sh "$recipe" "$@"

# qwen-vl-utils shrinks every clip to this many tokens in all, and reads it at import, so Ray's
# workers must inherit it. The vision budget is below it.
export MODEL_SEQ_LEN=${MODEL_SEQ_LEN:-32768}
exec "$python" -m verl.trainer.main config="$recipe" "$@"
