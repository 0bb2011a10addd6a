"""Read a model's answer and score it: pure functions, standard library only.

Nothing here imports the rest of the project, torch or a video library, so that a GRPO trainer can
load it inside its own environment and an evaluation can load it without a GPU.
"""
