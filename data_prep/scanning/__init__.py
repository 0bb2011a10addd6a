"""From a folder of videos to a `clips.jsonl`: every file is decoded once, or refused by name."""
