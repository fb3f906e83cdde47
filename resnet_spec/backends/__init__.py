"""A graph -> what a framework makes of it, each behind a lazy import.

Enters: a `Graph`. Leaves: a Keras model, ONNX bytes. No spec and no YAML here.
"""
