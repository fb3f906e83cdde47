"""Class names and splits -> one number that changes when the data does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from resnet_spec.data.dataset import Split
from resnet_spec.data.digest_images import digest_images


def fingerprint(class_names: Sequence[str], splits: Sequence[Split]) -> str:
    """Give the SHA-256, in hexadecimal, of the class names and of each split's labels and images' digests, in order."""
    digest = hashlib.sha256(json.dumps(list(class_names)).encode())
    for split in splits:
        digest.update(json.dumps(split.images.shape).encode())
        digest.update(np.ascontiguousarray(split.labels, "<i8").tobytes())
        digest.update(digest_images(split.images).data)
    return digest.hexdigest()
