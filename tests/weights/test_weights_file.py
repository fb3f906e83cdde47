"""Weights of another network are refused, with what really helps."""

import numpy as np
import pytest

from resnet_spec.diagnostic import InputError
from resnet_spec.weights.weights_file import read_weights, write_weights


def test_weights_of_other_classes_say_what_helps(tmp_path):
    path = tmp_path / "best.weights"
    write_weights(path, {"head.dense.bias": np.zeros(3, np.float32)})
    assert list(read_weights(path, {"head.dense.bias": (3,)})) == ["head.dense.bias"]
    with pytest.raises(InputError, match=r"1 arrays differ, `head\.dense\.bias` first") as caught:
        read_weights(path, {"head.dense.bias": (5,)})
    assert "--classes N` starts a new last layer" in caught.value.diagnostics[0].help
