"""torchvision and timm are the witnesses: their weights, random and imported as `import` does it, give their logits.

Not part of the ordinary tests: `pip install -e ".[dev,peers]"`, then `pytest -m torch`.
"""

import re
import sys
import zlib
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.train.prepare_backend import prepare_backend

pytestmark = [pytest.mark.torch, pytest.mark.slow]

TORCHVISION = [
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
    "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2",
]  # fmt: skip
TIMM = [
    "resnet18d", "resnet34d", "resnet26", "resnet50d", "resnet101d", "resnet152d", "resnet200d", "seresnet18",
    "seresnet50", "seresnext50_32x4d", "ecaresnet50d", "resnetv2_50", "resnetaa50", "resnetrs50", "resnet50_gn",
    "resnet50t", "resnetblur50",
]  # fmt: skip
# A side that is odd after some stages, where kinds of padding and pooling differ; anti-aliased networks refuse it.
SIDE, EVEN = 72, 64


@pytest.fixture(scope="module")
def torch():
    prepare_backend()
    torch = pytest.importorskip("torch")
    torch.set_grad_enabled(False)
    yield torch
    torch.set_grad_enabled(True)


@pytest.fixture(scope="module")
def torchvision(torch):
    """Import it, also where its C++ operators, which no ResNet uses, do not fit the torch that is installed."""
    if find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    library = torch.library.Library("torchvision", "FRAGMENT")
    module = None
    while module is None:
        try:
            module = import_module("torchvision")
        except RuntimeError as error:
            absent = re.search(r"operator torchvision::(\w+) does not exist", str(error))
            if not absent:
                raise
            library.define(f"{absent[1]}(Tensor nothing) -> Tensor")
            for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
                del sys.modules[name]
    # The operators live as long as the library does.
    yield module
    del library


def randomize(torch, model, seed):
    """Give every array values that no other has and no default is; kernels keep their library's distribution.

    Variances above 1 keep a residual network's activations, which add up from block to block, in range.
    """
    generator = torch.Generator().manual_seed(seed)
    for name, array in model.state_dict().items():
        if name.endswith("running_var"):
            array.uniform_(1, 3, generator=generator)
        elif name.endswith(("running_mean", "bias")):
            array.normal_(0, 0.1, generator=generator)
        elif array.ndim == 1:
            array.uniform_(0.5, 1.5, generator=generator)
        elif array.ndim > 1:
            fan_in = array[0].numel()
            array.normal_(0, (2 / fan_in) ** 0.5, generator=generator)


def hold_against(torch, peer, name, folder, side=SIDE):
    """Build the spec with the peer's weights, and compare counts and logits."""
    from safetensors.torch import save_file

    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.passes.take_logits import take_logits
    from resnet_spec.weights.match_weights import match_weights
    from resnet_spec.weights.read_safetensors import read_safetensors

    cost = compile_spec(name).cost
    assert cost.trainable_params == sum(array.numel() for array in peer.parameters())
    trained = dict(peer.named_parameters())
    kept = [array for name, array in peer.state_dict().items() if name not in trained and array.ndim]
    assert cost.non_trainable_params == sum(array.numel() for array in kept)
    randomize(torch, peer, zlib.crc32(name.encode()))
    save_file(peer.state_dict(), folder / "peer.safetensors")
    graph = take_logits(compile_spec(name, [f"model.input.shape=[{side}, {side}, 3]", "expect={}"]).graph)
    match = match_weights(graph, read_safetensors(folder / "peer.safetensors"))
    assert match.missing == ()
    assert [fate for fate in match.fates if fate.status == "skipped" and "counter" not in fate.why] == []
    ours = to_keras(graph)
    set_weights(ours, graph, match.arrays)
    images = np.random.default_rng(0).normal(size=(2, side, side, 3)).astype(np.float32)
    expected = peer.eval()(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()
    bound = 1e-4 * max(1.0, np.abs(expected).max())
    assert 0.01 < np.abs(expected[0] - expected[1]).max() < 1e6
    assert np.abs(ours.predict_on_batch(images) - expected).max() <= bound

    # The comparison can fail: one array of the middle of the network, changed a little.
    path = next(path for path in match.arrays if path.startswith("stage3.block1.") and path.endswith(".gamma"))
    set_weights(ours, graph, {**match.arrays, path: match.arrays[path] + 0.1})
    assert np.abs(ours.predict_on_batch(images) - expected).max() > bound


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvision(torch, torchvision, name, tmp_path):
    hold_against(torch, getattr(torchvision.models, name)(), name, tmp_path)


@pytest.mark.parametrize("name", TIMM)
def test_timm(torch, torchvision, name, tmp_path):
    timm = pytest.importorskip("timm")
    side = EVEN if name == "resnetaa50" else SIDE
    hold_against(torch, timm.create_model(name, pretrained=False), name, tmp_path, side)
