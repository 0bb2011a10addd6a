#!/usr/bin/env bash
# Fine-tune by a recipe: check recipe and data, then start LLaMA-Factory.
#
#   bash scripts/train_sft.sh recipes/sft/toy_next_event_full.yaml
#   bash scripts/train_sft.sh recipes/sft/qwen2_5_vl_7b_next_event_full.yaml learning_rate=5e-6
#
# Further key=value arguments override the recipe. Several nodes: set NNODES, NODE_RANK,
# MASTER_ADDR and MASTER_PORT as LLaMA-Factory asks.
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

if [ $# -eq 0 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  sed -n '2,8s/^# \{0,1\}//p' scripts/train_sft.sh
  exit 0
fi
recipe=$1
shift
python -m data_prep check "$recipe" "$@"
# The weights that a killed run goes on with: see data_prep/checkpoints.py.
weights=$(python -m data_prep resume "$recipe" "$@")
# With this set, LLaMA-Factory would pass over misspelt settings in silence.
unset ALLOW_EXTRA_ARGS
if grep -q '^deepspeed:' "$recipe"; then
  export FORCE_TORCHRUN=1
fi
llamafactory-cli train "$recipe" "$@" ${weights:+"$weights"}
