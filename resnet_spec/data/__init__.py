"""Images: from a source to arrays, and from arrays to what the network sees.

Enters: `spec.data.Data`. Leaves: a `Dataset` in memory, and pure functions that order, augment and normalise it.
No framework and no command line here; a source's problems are all said before the first epoch.
"""
