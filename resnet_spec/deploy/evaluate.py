"""Classifier and labelled images -> Evaluation.

Enters: a split of a data set, loaded. Leaves: figures of the file that ships. The arithmetic of scoring is in `score`.
"""

from __future__ import annotations

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.appraise import appraise
from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.scores import Evaluation
from resnet_spec.spec.data import Views


def evaluate(classifier: Classifier, split: Split, *, views: Views | None = None, batch_size: int = 32) -> Evaluation:
    """Score a network on labelled images.

    Args:
        classifier: the network.
        split: images of the network's shape, and labels in the order of its class names.
        views: what each image is seen as; default: as it is.
        batch_size: images a call; memory grows with it.

    Raises:
        InputError: no images, images of another shape, or labels that the network has no class for.
    """
    return appraise(classifier, split, views=views, batch_size=batch_size).evaluation
