"""Why a network is refused: a reason that callers turn into a diagnostic, because they know the file's name.

Enters: nothing. Leaves: an exception. No diagnostics and no reading here.
"""

from __future__ import annotations


class OnnxRefused(ValueError):
    """A network that this program does not run; `args[0]` ends the sentence "the network ..."."""
