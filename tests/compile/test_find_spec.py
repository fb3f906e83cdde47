"""A name that means nothing is said to, with what may have been meant."""

import pytest

from resnet_spec.compile.find_spec import find_spec
from resnet_spec.diagnostic import Code, SpecErrors, nearest


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_called_empty(name):
    with pytest.raises(SpecErrors, match="empty") as error:
        find_spec(name)
    assert error.value.diagnostics[0].code is Code.SPEC_NOT_FOUND


def test_an_onnx_file_is_called_one(tmp_path):
    (tmp_path / "Model.ONNX").write_bytes(b"\x08\x08")
    with pytest.raises(SpecErrors, match="is an ONNX file") as error:
        find_spec(str(tmp_path / "Model.ONNX"))
    assert "`resnet-spec render " in error.value.diagnostics[0].help


@pytest.mark.parametrize(
    ("name", "meant"),
    [("resnet5O", "resnet50"), ("ResNet50", "resnet50"), ("resnetl8", "resnet18")],
)
def test_a_name_that_looks_alike_is_suggested(name, meant):
    with pytest.raises(SpecErrors) as error:
        find_spec(name)
    assert error.value.diagnostics[0].help.startswith(f"did you mean `{meant}`?")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("Gelu", ["elu", "gelu"], "gelu"),
        ("RELU", ["elu", "relu"], "relu"),
        ("resnet5O", ["resnet56", "resnet50"], "resnet50"),
        ("si1u", ["selu", "silu"], "silu"),
        ("filter", ["filters", "strides"], "filters"),
        ("zzz", ["filters", "strides"], ""),
        ("x", [], ""),
    ],
)
def test_case_and_look_alikes_do_not_count(word, known, meant):
    assert nearest(word, known) == meant
