#!/usr/bin/env bash
# Check recipes, their rows and clips before a GPU is used; exit 1 when training would break.
#
#   bash scripts/check.sh recipes/sft/toy_next_event_full.yaml
#   bash scripts/check.sh recipes/grpo/qwen2_5_vl_7b_futurebench.yaml trainer.n_gpus_per_node=4
#   bash scripts/check.sh recipes/sft/*.yaml recipes/eval/*.yaml --json
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
exec python -m data_prep check "$@"
