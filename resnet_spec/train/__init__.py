"""A spec's `train` section and a data set -> trained weights, and what happened on the way.

Enters: a graph, the models of `train` and `data`, arrays. Leaves: weights by path name, and epochs as facts.
"""
