#!/usr/bin/env bash
# Make the sets of all toy twins from the toy world, without a model, in a minute: data/toy_sets.
#
#   bash scripts/make_toy_sets.sh
#   bash scripts/make_toy_sets.sh mine/toy 400       in another folder, of 400 clips (default 160)
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
case "${1:-}" in -h | --help)
  sed -n '2,/^source/{s/^# \{0,1\}//;/^source/!p}' scripts/make_toy_sets.sh
  exit 0
  ;;
esac
out=${1:-data/toy_sets} clips=${2:-160}

python -m data_prep toyworld --out "$out/world" --clips "$clips"
world=$out/world/train/clips.jsonl splits=$out/splits.jsonl
python -m data_prep split "$world" --out "$out" --vision recipes/vision.yaml:toy
python -m data_prep toy-teacher "$splits"
# Two frames of one event, which names the action between them.
python -m data_prep pairs "$world" --out "$out" --vision recipes/vision.yaml:toy \
  --top 12 --spacing 4 --max-gap 0.8
python -m data_prep build next-event "$splits" --form open --form choice
python -m data_prep build previous-event "$splits"
python -m data_prep build what-happens-next "$world" --out "$out"
python -m data_prep build caption "$splits"
python -m data_prep build open-qa "$out/questions.jsonl"
python -m data_prep build choice-qa "$out/questions.jsonl"
python -m data_prep build reasoning "$out/reasoning.jsonl" --splits "$splits"
python -m data_prep build critique "$out/critiques.jsonl" --splits "$splits"
python -m data_prep build causal "$out/causal.jsonl"
python -m data_prep build inverse-dynamics "$out/pairs.jsonl"
python -m data_prep build forward-dynamics "$out/pairs.jsonl" --clips "$world"
python -m data_prep build mix "$out/next_event_train.jsonl" "$out/critique_train.jsonl" \
  "$out/reasoning_train.jsonl"
python -m data_prep build preference "$out/critiques.jsonl" --splits "$splits"
python -m data_prep export llamafactory "$out/preference_train.jsonl" --out "$out/dpo" --preference
