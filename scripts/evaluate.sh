#!/usr/bin/env bash
# Score a model with lmms-eval; exits 1 when lmms-eval fails (on its own it exits 0).
#
#   bash scripts/evaluate.sh MODEL OUT [lmms-eval arguments]
#   bash scripts/evaluate.sh Qwen/Qwen2.5-VL-7B-Instruct runs/eval_7b
#   bash scripts/evaluate.sh runs/toy_next_event_full runs/eval_toy --limit 8
#
# VISION names the budget (default recipes/vision.yaml:qwen2_5_vl), DEVICE the device (default
# cuda, or cpu without a GPU), TASKS the tasks (default futurebench,videoreason), BATCH the batch.
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

if [ $# -lt 2 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  sed -n '2,9s/^# \{0,1\}//p' scripts/evaluate.sh
  [ $# -ge 1 ] || exit 1
  exit 0
fi
model=$1 out=$2
shift 2
# Below a folder that exists here a model is meant to be local; other names are the hub's.
if [ ! -d "$model" ] && [ -d "$(dirname "$model")" ]; then
  die "there is no model folder $model; train one first: bash scripts/train_sft.sh RECIPE"
fi
if [ -z "${DEVICE:-}" ]; then
  if [ -e /dev/nvidia0 ]; then DEVICE=cuda; else DEVICE=cpu; fi
fi
budget=$(python -m data_prep budget "${VISION:-recipes/vision.yaml:qwen2_5_vl}")
mkdir -p "$out"
log=$out/lmms_eval.log started=$out/.started
touch "$started"
lmms-eval --model qwen2_5_vl \
  --model_args "pretrained=$model,device=$DEVICE,device_map=$DEVICE,attn_implementation=sdpa,$budget" \
  --tasks "${TASKS:-futurebench,videoreason}" --batch_size "${BATCH:-1}" \
  --log_samples --output_path "$out" "$@" 2>&1 | tee "$log" ||
  die "lmms-eval failed; its whole log is in $log"
# lmms-eval catches its errors and exits with 0; only new results show that it went well.
[ -n "$(find "$out" -name '*_results.json' -newer "$started")" ] ||
  die "lmms-eval wrote no results; its whole log is in $log"
