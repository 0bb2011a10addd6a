"""GRPO on the CPU, as a rehearsal of a recipe for EasyR1: TRL, frames as pictures, a tiny model."""
