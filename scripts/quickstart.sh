#!/usr/bin/env bash
# The whole path on the toy world, on two CPU cores: clips, context and future, instruction set,
# fine-tuning through LLaMA-Factory, scores through lmms-eval. Prints one table; exits 1 if the
# tuned model does not beat its base and chance on FutureBench.
#
#   bash scripts/quickstart.sh
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
export HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false VISION=recipes/vision.yaml:toy BATCH=16 DEVICE=cpu
unset VIDEOREASON_DATA # yours stays untouched
base=data_prep/tinymodel/weights tuned=runs/toy_next_event_full set=data/toy_next_event
world=$(python -m data_prep data-root)

say "1 of 5: the toy world, in $world"
python -m data_prep toyworld
say "2 of 5: cutting its training clips into context and future"
python -m data_prep split "$world/train/clips.jsonl" --out "$set" --vision "$VISION" --min-future 3
say "3 of 5: the next-event set"
python -m data_prep build next-event "$set/splits.jsonl" --horizon 1 --horizon 2 --horizon 3 \
  --form open --form choice-in-words
say "4 of 5: fine-tuning through llamafactory-cli"
bash scripts/train_sft.sh recipes/sft/toy_next_event_full.yaml
say "5 of 5: scoring base and tuned model through lmms-eval (a minute each; logs in runs/quickstart)"
rm -rf runs/quickstart
# lmms-eval's own tables stay in its logs: what counts is the one table below.
bash scripts/evaluate.sh "$base" runs/quickstart/base >/dev/null
bash scripts/evaluate.sh "$tuned" runs/quickstart/tuned >/dev/null
python -m lmms_tasks.table base=runs/quickstart/base tuned=runs/quickstart/tuned \
  --must-beat tuned:base:futurebench
