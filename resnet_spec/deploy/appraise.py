"""Classifier and labelled images -> Appraisal: its score, whether its probabilities are right, and where it errs.

Enters: a split of a data set, loaded. Leaves: figures of the file that ships. The network is run once.
"""

from __future__ import annotations

import time
from dataclasses import fields

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.appraisal import Appraisal
from resnet_spec.deploy.calibrate import calibrate
from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.find_wrong import find_wrong
from resnet_spec.deploy.run_classifier import run_classifier
from resnet_spec.deploy.run_views import run_views
from resnet_spec.deploy.score import score
from resnet_spec.deploy.scores import Evaluation
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Views


def appraise(classifier: Classifier, split: Split, *, views: Views | None = None, batch_size: int = 32) -> Appraisal:
    """Look at a network's answers to labelled images.

    Args:
        classifier: the network.
        split: images of the network's shape, and labels in the order of its class names.
        views: what each image is seen as; default: as it is.
        batch_size: images a call; memory grows with it.

    Raises:
        InputError: no images, images of another shape, or labels that the network has no class for.
    """
    _check(classifier, split)
    begin = time.perf_counter()
    if views is None:
        logits, probabilities = run_classifier(classifier, split.images, batch_size=batch_size)
    else:
        logits, probabilities = run_views(classifier, split.images, views, batch_size=batch_size)
    seconds = time.perf_counter() - begin
    found = score(logits, split.labels, classifier.description.class_names)
    figures = {each.name: getattr(found, each.name) for each in fields(found)}
    evaluation = Evaluation(**figures, seconds=seconds, images_per_second=len(split.labels) / seconds)
    return Appraisal(evaluation, calibrate(probabilities, split.labels), find_wrong(probabilities, split))


def _check(classifier: Classifier, split: Split) -> None:
    if not len(split.images):
        message, help = "there are no images to evaluate on", "check the data's path and its splits"
    elif split.images.shape[1:] != classifier.description.shape:
        message = f"images are {split.images.shape[1:]}, but `{classifier.name}` takes {classifier.description.shape}"
        help = "load the data with the shape of the network's own spec"
    else:
        return
    raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help=help))
