#!/usr/bin/env bash
# Score a model with lmms-eval; exits 1 when lmms-eval fails (on its own it exits 0).
#
#   bash scripts/evaluate.sh MODEL OUT [lmms-eval arguments]
#   bash scripts/evaluate.sh Qwen/Qwen2.5-VL-7B-Instruct runs/eval_7b
#   bash scripts/evaluate.sh runs/toy_next_event_full runs/eval_toy --limit 8
#
# OUT then holds the results, the samples, table.txt, command.txt and lmms_eval.log. Replies are
# kept in OUT/replies: started again after a failure, the same model on the same data is not asked
# again. VISION names the budget (default recipes/vision.yaml:qwen2_5_vl), DEVICE the device
# (default cuda, or cpu without a GPU), BATCH the batch, and TASKS the tasks (default
# futurebench_direct,futurebench_blind,videoreason; `futurebench` asks ten times as much: answers
# after reasoning, and on videos shuffled, reversed, frozen, and with the options rotated).
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

if [ $# -lt 2 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  sed -n '2,/^source/{/^source/d;s/^# \{0,1\}//;p}' scripts/evaluate.sh
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
tasks=${TASKS:-futurebench_direct,futurebench_blind,videoreason}
budget=$(python -m data_prep budget "${VISION:-recipes/vision.yaml:qwen2_5_vl}")
print=$(python -m lmms_tasks.fingerprint "$model" "$tasks")
mkdir -p "$out"
log=$out/lmms_eval.log started=$out/.started
touch "$started"
command=(lmms-eval --model qwen2_5_vl
  --model_args "pretrained=$model,device=$DEVICE,device_map=$DEVICE,attn_implementation=sdpa,$budget"
  --tasks "$tasks" --batch_size "${BATCH:-1}"
  --log_samples --output_path "$out" --use_cache "$out/replies/$print" "$@")
versions=$(python -c 'from importlib.metadata import version
names = ("videoreason", "lmms-eval", "torch", "transformers")
print(", ".join(f"{name} {version(name)}" for name in names))')
{
  printf '# %s\n# model and data: %s\n' "$versions" "$print"
  printf 'VIDEOREASON_DATA=%q' "$(python -m data_prep data-root)"
  printf ' %q' "${command[@]}"
  printf '\n'
} >"$out/command.txt"
# One name for every start, so that what a failed run has generated is found by the next.
export LMMS_CACHE_RUN_ID=replies
"${command[@]}" 2>&1 | tee "$log" ||
  die "lmms-eval failed; its whole log is in $log, what was generated in $out/replies"
# lmms-eval catches its errors and exits with 0; only new results show that it went well.
for kind in results.json samples_*.jsonl; do
  [ -n "$(find "$out" -name "*_$kind" -newer "$started")" ] ||
    die "lmms-eval wrote no ${kind%%[._]*}; its whole log is in $log. What was generated is kept:" \
      "started again, the same command does not ask the model again"
done
say "scores of $model"
python -m lmms_tasks.table "$(basename "$model")=$out" | tee "$out/table.txt"
