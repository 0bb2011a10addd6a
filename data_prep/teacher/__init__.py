"""Asking a large model about clips: captions, events, cuts, thoughts, judgements, causes, actions.

One file in `tasks` and one template for each task. A task says which fields of a record its
template may see; nothing else reaches a prompt.
"""
