#!/usr/bin/env bash
# Merge a LoRA adapter into its base model, and prove that the result loads as EasyR1 and vLLM will
# load it.
#
#   bash scripts/merge_lora.sh Qwen/Qwen2.5-VL-7B-Instruct runs/qwen2_5_vl_7b_next_event_lora runs/merged
#   bash scripts/merge_lora.sh data_prep/tinymodel/weights runs/toy_next_event_lora runs/toy_merged \
#     infer_dtype=float32
#
# The weights keep the base's type, so a merge in bfloat16 rounds the adapter; with
# infer_dtype=float32 it does not, and the folder is twice as large. Further key=value arguments go
# to llamafactory-cli export.
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

if [ $# -lt 3 ]; then
  sed -n '2,/^source/{s/^# \{0,1\}//;/^source/!p}' scripts/merge_lora.sh
  [ "${1:-}" = --help ] || [ "${1:-}" = -h ] && exit 0
  exit 1
fi
base=$1 adapter=$2 out=$3
shift 3
[ -f "$adapter/adapter_config.json" ] || die "$adapter holds no adapter (adapter_config.json)"
[ ! -e "$out" ] || die "$out is there already; name another folder, or remove it"

llamafactory-cli export recipes/merge_lora.yaml model_name_or_path="$base" \
  adapter_name_or_path="$adapter" export_dir="$out" "$@"
python -m data_prep check-model "$out" --mend
