#!/usr/bin/env bash
# Score a model with lmms-eval; exits 1 when lmms-eval fails (on its own it exits 0).
#
#   bash scripts/evaluate.sh MODEL OUT [lmms-eval arguments]
#   bash scripts/evaluate.sh Qwen/Qwen2.5-VL-7B-Instruct runs/eval_7b
#   bash scripts/evaluate.sh runs/toy_next_event_full runs/eval_toy --limit 8
#   bash scripts/evaluate.sh recipes/eval/toy.yaml runs/eval_tiny
#
# MODEL is a folder, a name of the hub, or an evaluation recipe, which names its model itself.
# OUT then holds the results, the samples, report.html, table.txt, command.txt and lmms_eval.log.
#
# VIDEOREASON_DATA names the folder of the benchmarks' data (default: the toy world's). RECIPE names
# a file of recipes/eval, whose settings are taken and MODEL put in (default: toy.yaml where VISION
# ends in :toy, qwen2_5_vl_3b.yaml where the model's name has 3B in it, else qwen2_5_vl_7b.yaml).
# VISION names another budget than the recipe's, such as recipes/vision.yaml:toy, DEVICE the device
# (default cuda, or cpu without a GPU; of a recipe given as MODEL, its own), BATCH the batch, and
# TASKS the tasks (default those of the recipe: futurebench_direct,futurebench_blind,videoreason;
# `futurebench` asks ten times as much: answers after reasoning, and on videos shuffled, reversed,
# frozen, and with the options rotated).
#
# Stopped, or ended by an error? Replies are kept in OUT/replies, 256 at a time. The same command
# goes on from there and asks nothing again that is answered; another model, or other data, is
# asked anew. Stored replies are scored without the model, and without a GPU, by
#
#   lmms-eval --model videoreason_replay --model_args log=OUT --tasks TASKS --log_samples \
#       --output_path OUT_again
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"

usage() { sed -n '2,/^source/{/^source/d;s/^# \{0,1\}//;p}' scripts/evaluate.sh; }
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  usage
  exit 0
fi
if [ $# -lt 2 ] || [ "${2#-}" != "$2" ]; then
  usage >&2
  die "a model and a folder for the results are needed, in this order; given: ${*:-nothing}"
fi
model=$1 out=$2
shift 2
case "$model" in
  *.yaml | *.yml)
    [ -z "${RECIPE:-}" ] || die "two recipes are named: $model, and RECIPE=$RECIPE"
    RECIPE=$model model=
    ;;
  # The hub's names are NAME or OWNER/NAME; and below a folder that exists here a model is local.
  /* | .* | */*/* | */) local=yes ;;
  */*) [ ! -d "${model%/*}" ] || local=yes ;;
esac
[ -z "${local:-}" ] || [ -d "$model" ] ||
  die "there is no model folder $model; train one first: bash scripts/train_sft.sh RECIPE"
[ ! -d "$model" ] || [ -f "$model/config.json" ] ||
  die "$model has no config.json, so it is no model; an adapter is merged by scripts/merge_lora.sh"
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
if [ -n "$model" ] && [ -z "${DEVICE:-}" ]; then
  if [ -e /dev/nvidia0 ]; then DEVICE=cuda; else DEVICE=cpu; fi
fi
budget=
[ -z "${VISION:-}" ] || budget=$(python -m data_prep budget "$VISION")
# The recipe's model arguments, with the budget, the model and the device in their places.
settings=$(python -m lmms_tasks.evaluation "$RECIPE" --tasks "${TASKS:-}" --told "$budget" \
  --told "${model:+pretrained=$model}" --told "${DEVICE:+device=$DEVICE,device_map=$DEVICE}")
{ read -r tasks && read -r arguments && read -r name && read -r print; } <<<"$settings"
data=$(python -m data_prep data-root)
[ -n "${VIDEOREASON_DATA:-}" ] || say "VIDEOREASON_DATA is not set: the toy world in $data is asked"
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
  printf 'VIDEOREASON_DATA=%q' "$data"
  printf ' %q' "${command[@]}"
  printf '\n'
} >"$out/command.txt"
# Says what lmms-eval's log says last, and how to go on with the replies that there are.
stopped() {
  local why kept=
  why=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -ao 'Error during evaluation: .*' | tail -n 1 | cut -c 1-500) || true
  if compgen -G "$out/replies/$print/kept_*" >/dev/null; then
    kept="
  Replies are kept in $out/replies: the same command goes on with them.
  Without the model they are scored by
  lmms-eval --model videoreason_replay --model_args log=$out --tasks $tasks --log_samples \\
      --output_path ${out%/}_again"
  fi
  die "$1; its whole log is in $log${why:+
  $why}$kept"
}
# One name for every start, so that what a failed run has generated is found by the next.
export LMMS_CACHE_RUN_ID=replies
"${command[@]}" 2>&1 | tee "$log" || stopped "lmms-eval failed"
# lmms-eval catches its errors and exits with 0; only new results show that it went well.
for kind in results.json samples_*.jsonl; do
  [ -n "$(find "$out" -name "*_$kind" -newer "$started")" ] ||
    stopped "lmms-eval wrote no ${kind%%[._]*}"
done
say "scores of $name"
label=$(basename "$name")
python -m lmms_tasks.table "${label//=/ }=$out" | tee "$out/table.txt"
python -m lmms_tasks.report "$out" --out "$out/report.html" ||
  die "the scores stand in $out/table.txt, but their report could not be made"
[ -s "$out/report.html" ] || die "python -m lmms_tasks.report wrote no $out/report.html"
