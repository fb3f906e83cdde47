"""Arrays in files <-> arrays under path names: our own files, and those of peers.

Enters: safetensors and Keras weight files. Leaves: arrays by path name, or what does not fit. Nothing in a file is ever
executed: no pickles, no model loading.
"""
