#!/usr/bin/env bash
# Rehearse GRPO on the toy world, on two CPU cores: clips cut into lists of frames, then GRPO with
# TRL from the model that the quickstart has fine-tuned (made first where it is missing). A
# rehearsal: GRPO of a real model is EasyR1's, on GPUs (scripts/train_grpo.sh).
#
#   bash scripts/rehearse_grpo.sh
#   bash scripts/rehearse_grpo.sh data.seed=2 trainer.max_steps=20
#
# Arguments override recipes/rehearsal/toy_futurebench.yaml.
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
case "${1:-}" in -h | --help)
  sed -n '2,/^source/{s/^# \{0,1\}//;/^source/!p}' scripts/rehearse_grpo.sh
  exit 0
  ;;
esac
export HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false
root=data/toy_rehearsal

say "1 of 3: a small toy world, cut into lists of frames"
python -m data_prep toyworld --out "$root/world" --clips 240
for part in train validation; do
  python -m data_prep split "$root/world/$part/clips.jsonl" --out "$root/$part" \
    --vision recipes/vision.yaml:toy --min-future 3 --carrier frames
  python -m data_prep build next-event "$root/$part/splits.jsonl" --horizon 1 --form choice
done
python -m data_prep export easyr1 "$root/train/next_event_train.jsonl" \
  "$root/validation/next_event_validation.jsonl" --out "$root/easyr1" --absolute \
  --rollout-batch-size 8
say "2 of 3: the fine-tuned model to start from"
if [ ! -f runs/toy_next_event_full/model.safetensors ]; then
  bash scripts/quickstart.sh
fi
say "3 of 3: GRPO with TRL"
python -m data_prep rehearse recipes/rehearsal/toy_futurebench.yaml "$@"
