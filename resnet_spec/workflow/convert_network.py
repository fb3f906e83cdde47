"""A compiled spec and weights -> the bytes of an ONNX file, unverified.

TensorFlow converts; where Keras runs on another framework here, in a process of its own, which is this module:
`python -m resnet_spec.workflow.convert_network FOLDER`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from resnet_spec.compile import Compiled
from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic, Failure
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.spec.data import Data
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.weights.weights_file import read_weights, write_weights
from resnet_spec.workflow.report_run import compile_run
from resnet_spec.workflow.sections import sections


def convert_network(compiled: Compiled, weights: Mapping[str, np.ndarray]) -> bytes:
    """Convert the network that ships: with its normalisation, from logits to probabilities.

    Raises:
        CheckFailed: it could not be converted.
        InputError: TensorFlow or tf2onnx is not installed.
    """
    import keras

    return _here(compiled, weights) if keras.backend.backend() == "tensorflow" else _apart(compiled, weights)


def _here(compiled: Compiled, weights: Mapping[str, np.ndarray]) -> bytes:
    from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx

    data, _ = sections(compiled)
    graph = make_deployable(compiled.graph, _normalize_op(data, compiled.spec.model.input.shape[2]))
    return to_onnx_via_tf2onnx(graph, weights, opset=compiled.spec.export.opset)


def _normalize_op(data: Data, channels: int) -> Normalize:
    scale, offset = scale_and_offset(data.normalize, channels)
    return Normalize(tuple(map(float, scale)), tuple(map(float, offset)), data.normalize.channel_order)


def _apart(compiled: Compiled, weights: Mapping[str, np.ndarray]) -> bytes:
    with TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder))
        run.spec.write_text(compiled.text, encoding="utf-8")
        write_weights(run.weights, weights)
        done = subprocess.run(  # noqa: S603 - this interpreter, and nothing that a user wrote
            [sys.executable, "-m", __spec__.name, folder],
            env={**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            why = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
            message = f"the network could not be converted to ONNX in a process of TensorFlow: {why}"
            help = "`KERAS_BACKEND=tensorflow resnet-spec export RUN -o model.onnx` tries again, and says more"
            raise CheckFailed(Diagnostic(Code.EXPORT_INVALID, message, None, help))
        return run.onnx.read_bytes()


def _convert_folder(folder: Path) -> None:
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend()
    run = RunDirectory(folder)
    compiled = compile_run(run)
    run.onnx.write_bytes(_here(compiled, read_weights(run.weights, compiled.graph.weight_shapes())))


if __name__ == "__main__":
    try:
        _convert_folder(Path(sys.argv[1]))
    except Failure as failure:
        sys.exit(str(failure))
