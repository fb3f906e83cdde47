"""What `export` says of smaller numbers: how they were chosen, and what was lost, also where that is nothing."""

from pathlib import Path

import pytest

from resnet_spec.deploy.precision import Precision, Reduction
from resnet_spec.deploy.verification import Verification
from resnet_spec.render.console import out
from resnet_spec.render.export import print_export


@pytest.mark.parametrize(
    ("precision", "after", "said"),
    [
        (Precision.INT8_UNSIGNED, 0.75, ("ranges of 16 training images; 5 of 5", ": 0.00 points lost, 0.6 may be")),
        (
            Precision.FLOAT16,
            0.76,
            ("no number on 16 training images overflows; acc", ": 1.00 points gained, 0.6 may be"),
        ),
    ],
)
def test_what_is_said_of_a_loss(precision, after, said, capsys):
    verification = Verification(9, (1,), 1e-6, 1e-7, "real image 3", 1e-4, 1.0, 0, {"Conv": 5}, 17, 1.0, "Keras")
    out.cache_clear()
    print_export(Path("small.onnx"), verification, Reduction(precision, 16, 40, 0.75, after, 0.6, 0.99, 5, 5))
    out.cache_clear()
    printed = capsys.readouterr().out
    assert [words for words in said if words not in printed] == []
