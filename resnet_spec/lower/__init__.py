"""Spec -> Graph: the language's conventions become plain ops.

Enters: the models of `spec`. Leaves: a `Graph`, or every fault that keeps the network from being one.
What a block is called means nothing here: blocks are data.
"""

from resnet_spec.lower.check_names import check_names
from resnet_spec.lower.check_unread import check_unread
from resnet_spec.lower.finding import Finding
from resnet_spec.lower.lower import lower
from resnet_spec.lower.stand_ins import NONE, StandIns

__all__ = ["NONE", "Finding", "StandIns", "check_names", "check_unread", "lower"]
