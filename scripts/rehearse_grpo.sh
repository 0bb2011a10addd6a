#!/usr/bin/env bash
# Rehearse SFT and GRPO on the toy world, on two CPU cores: clips cut into lists of frames, a short
# fine-tuning through LLaMA-Factory, then GRPO with TRL. A rehearsal: GRPO of a real model is
# EasyR1's, on GPUs (scripts/train_grpo.sh).
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
root=data/toy_rehearsal sft=runs/toy_rehearsal_sft

say "1 of 4: a small toy world, cut into lists of frames"
python -m data_prep toyworld --out "$root/world" --clips 240
for part in train validation; do
  python -m data_prep split "$root/world/$part/clips.jsonl" --out "$root/$part" \
    --vision recipes/vision.yaml:toy --min-future 3 --carrier frames
done
say "2 of 4: its next-event sets, open and choice for SFT, choice for GRPO"
python -m data_prep build next-event "$root/train/splits.jsonl" --form open --form choice-in-words
python -m data_prep build next-event "$root/train/splits.jsonl" --form choice --out "$root"
python -m data_prep build next-event "$root/validation/splits.jsonl" --form choice
python -m data_prep export easyr1 "$root/next_event_train.jsonl" \
  "$root/validation/next_event_validation.jsonl" --out "$root/easyr1" --absolute \
  --rollout-batch-size 8
say "3 of 4: a short fine-tuning through llamafactory-cli"
bash scripts/train_sft.sh recipes/sft/toy_next_event_full.yaml dataset_dir="$root/train" \
  output_dir="$sft" num_train_epochs=4
say "4 of 4: GRPO with TRL, from the fine-tuned model"
python -m data_prep rehearse recipes/rehearsal/toy_futurebench.yaml "$@"
