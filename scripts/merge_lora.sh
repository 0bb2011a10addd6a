#!/usr/bin/env bash
# Merge a LoRA adapter into its base model, and prove that the result loads as EasyR1 and vLLM will
# load it.
#
#   bash scripts/merge_lora.sh Qwen/Qwen2.5-VL-7B-Instruct runs/qwen2_5_vl_7b_next_event_lora runs/merged
#   bash scripts/merge_lora.sh data_prep/tinymodel/weights runs/toy_next_event_lora runs/toy_merged --float32
#
# The result is saved in the base's type, which rounds it; with --float32 it is not, and twice as
# large.
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

if [ $# -lt 3 ]; then
  sed -n '2,/^source/{s/^# \{0,1\}//;/^source/!p}' scripts/merge_lora.sh
  [ "${1:-}" = --help ] || [ "${1:-}" = -h ] && exit 0
  exit 1
fi
python -m data_prep merge "$@"
python -m data_prep check-model "$3" --mend
