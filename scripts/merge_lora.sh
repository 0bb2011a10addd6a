#!/usr/bin/env bash
# Merge a LoRA adapter into its base model, and prove that the result loads as EasyR1 and vLLM will
# load it.
#
#   bash scripts/merge_lora.sh Qwen/Qwen2.5-VL-7B-Instruct runs/qwen2_5_vl_7b_next_event_lora runs/merged
#   bash scripts/merge_lora.sh data_prep/tinymodel/weights runs/toy_next_event_lora runs/toy_merged
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

if [ $# -ne 3 ]; then
  sed -n '2,6s/^# \{0,1\}//p' scripts/merge_lora.sh
  [ "${1:-}" = --help ] || [ "${1:-}" = -h ] && exit 0
  exit 1
fi
base=$1 adapter=$2 out=$3
[ -f "$adapter/adapter_config.json" ] || die "$adapter holds no adapter (adapter_config.json)"
[ ! -e "$out" ] || die "$out is there already; name another folder, or remove it"

llamafactory-cli export model_name_or_path="$base" adapter_name_or_path="$adapter" \
  template=qwen2_vl finetuning_type=lora trust_remote_code=false export_dir="$out" \
  export_size=5 export_device=cpu export_legacy_format=false
python -m data_prep check-model "$out" --mend
