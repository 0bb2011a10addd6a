#!/usr/bin/env bash
# Score a model with lmms-eval; exits 1 when lmms-eval fails (on its own it exits 0).
#
#   bash scripts/evaluate.sh MODEL OUT [lmms-eval arguments]
#   bash scripts/evaluate.sh Qwen/Qwen2.5-VL-7B-Instruct runs/eval_7b
#   bash scripts/evaluate.sh runs/toy_next_event_full runs/eval_toy --limit 8
#
# OUT then holds the results, the samples, report.html, table.txt, command.txt and lmms_eval.log.
# Replies are kept in OUT/replies: started again after a failure, the same model on the same data is
# not asked again. RECIPE names a file of recipes/eval (default: toy.yaml where VISION ends in :toy,
# qwen2_5_vl_3b.yaml where the model's name has 3B in it, else qwen2_5_vl_7b.yaml); its settings are
# taken, the model put in. VISION names another budget than the recipe's, such as
# recipes/vision.yaml:toy, DEVICE the device (default cuda, or cpu without a GPU), BATCH the batch,
# and TASKS the tasks (default those of the recipe: futurebench_direct,futurebench_blind,videoreason;
# `futurebench` asks ten times as much: answers after reasoning, and on videos shuffled, reversed,
# frozen, and with the options rotated).
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
if [ -z "${RECIPE:-}" ]; then
  case "${VISION:-}" in
    *:toy) RECIPE=recipes/eval/toy.yaml ;;
    *)
      case "$(basename "${model,,}")" in
        *3b*) RECIPE=recipes/eval/qwen2_5_vl_3b.yaml ;;
        *) RECIPE=recipes/eval/qwen2_5_vl_7b.yaml ;;
      esac
      ;;
  esac
fi
[ -f "$RECIPE" ] || die "there is no evaluation recipe $RECIPE; see recipes/eval"
budget=
[ -z "${VISION:-}" ] || budget=$(python -m data_prep budget "$VISION")
# The recipe's model arguments, with the model, the device and the budget in their places.
settings=$(python - "$RECIPE" "pretrained=$model,device=$DEVICE,device_map=$DEVICE" "$budget" <<'END'
import sys
import yaml
recipe = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
told = [sys.argv[2], recipe["model_args"], sys.argv[3]]
first, mine, budget = (dict(part.split("=", 1) for part in t.split(",") if part) for t in told)
print(recipe["tasks"], ",".join(f"{k}={v}" for k, v in {**mine, **budget, **first}.items()))
END
) || die "the recipe $RECIPE cannot be read: it needs tasks and model_args"
tasks=${TASKS:-${settings%% *}} arguments=${settings#* }
print=$(python -m lmms_tasks.fingerprint "$model" "$tasks")
mkdir -p "$out"
log=$out/lmms_eval.log started=$out/.started
touch "$started"
command=(lmms-eval --config "$RECIPE" --model_args "$arguments" --tasks "$tasks"
  ${BATCH:+--batch_size "$BATCH"} --log_samples --output_path "$out" --use_cache "$out/replies/$print" "$@")
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
python -m lmms_tasks.report "$out" --out "$out/report.html" ||
  die "the scores stand in $out/table.txt, but their report could not be made"
[ -s "$out/report.html" ] || die "python -m lmms_tasks.report wrote no $out/report.html"
