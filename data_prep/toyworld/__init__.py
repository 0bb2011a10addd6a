"""A small rule-bound world whose every event, caption and future is known exactly.

It needs no download: it is the quickstart, the end-to-end test, and the phantom on which the
measures are calibrated. Each clip shows one coloured shape living by the rules of its scene; what
it will do next follows from what can be seen.
"""
