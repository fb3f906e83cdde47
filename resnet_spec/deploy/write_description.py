"""Bytes of a network and its description -> bytes of the file that ships.

Enters: a network, verified or not. Leaves: the same network with its metadata; the graph is left as it is.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from resnet_spec.deploy.description import (
    CLASS_NAMES_KEY,
    INPUT_KEY,
    OUTPUTS_KEY,
    REDUCTION_KEY,
    SPEC_KEY,
    SPEC_SHA256_KEY,
    VERIFICATION_KEY,
    VERSION_KEY,
    Description,
)
from resnet_spec.deploy.precision import Reduction
from resnet_spec.deploy.verification import Verification

COLORS = {1: "grey", 3: "RGB"}
"""What as many channels are; of others the spec says nothing."""


def write_description(
    content: bytes, description: Description, verification: Verification | None, reduction: Reduction | None = None
) -> bytes:
    """Put metadata into a network; what was there under our names is replaced.

    Args:
        content: the network.
        description: what it says about itself.
        verification: the figures of `verify_onnx`, if it was verified; of the network in float32, if it was reduced.
        reduction: the figures of `reduce_precision`, if it was reduced.
    """
    import onnx

    model = onnx.load_model_from_string(content)
    texts = _texts(description, verification, reduction)
    kept = [(pair.key, pair.value) for pair in model.metadata_props if not pair.key.startswith("resnet_spec.")]
    onnx.helper.set_model_props(model, dict(kept) | texts)
    written: bytes = model.SerializeToString()
    return written


def _texts(description: Description, verification: Verification | None, reduction: Reduction | None) -> dict[str, str]:
    height, width, channels = description.shape
    taken = {
        "height": height, "width": width, "channels": channels, "resize": description.resize,
        "dtype": description.form.dtype, "data_format": description.form.data_format,
        "resizes": description.form.resizes, "colors": COLORS.get(channels), "values": [0, 255],
    }  # fmt: skip
    texts = {
        VERSION_KEY: description.version,
        SPEC_KEY: description.spec,
        SPEC_SHA256_KEY: description.spec_sha256,
        CLASS_NAMES_KEY: json.dumps(list(description.class_names), ensure_ascii=False),
        INPUT_KEY: json.dumps(taken),
        OUTPUTS_KEY: json.dumps(list(description.form.outputs)),
    }
    if verification is not None:
        # Without the time that it took: the same run exported twice gives the same bytes.
        figures = {key: value for key, value in asdict(verification).items() if key != "seconds"}
        texts[VERIFICATION_KEY] = json.dumps(figures, allow_nan=False, sort_keys=True)
    if reduction is not None:
        texts[REDUCTION_KEY] = json.dumps(asdict(reduction), allow_nan=False, sort_keys=True)
    return texts
