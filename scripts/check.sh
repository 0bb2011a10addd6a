#!/usr/bin/env bash
# Check a recipe, its rows and its clips before a GPU is used; exit 1 on a finding.
#
#   bash scripts/check.sh recipes/sft/toy_next_event_full.yaml
#   bash scripts/check.sh recipes/grpo/qwen2_5_vl_7b_futurebench.yaml trainer.n_gpus_per_node=4
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
exec python -m data_prep check "$@"
