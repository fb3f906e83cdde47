"""Export every shipped spec at its full size, and verify each as any other export.

    python benchmarks/export_zoo.py [NAME ...]

Weights are drawn at random, of the sizes that a training leaves; images are noise. Each network is written by the
code of `resnet-spec export`, held against Keras as that does, and thrown away. All 54 take many minutes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from deploy import network

from resnet_spec.compile import compile_spec
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.diagnostic import CheckFailed
from resnet_spec.workflow.export_network import export_network

REAL = 2
"""Images that stand for real ones, beside the made-up ones that are always tried."""


def export(name: str, folder: Path) -> str:
    """Export a spec, and say how that went."""
    begin = time.perf_counter()
    # Its data section is for real images; any pixels do here.
    compiled = compile_spec(name, [] if compile_spec(name).spec.data else ["data={source: digits}"])
    classes = [f"class {number}" for number in range(compiled.spec.model.classes)]
    images = network(name).images(REAL).astype(np.uint8)
    weights = {each: network(name).weights[each] for each in compiled.graph.weight_shapes()}
    found = export_network(compiled, weights, classes, images, folder / "model.onnx")
    return f"{found.max_relative:.1e} of {found.tolerance:.0e}, {time.perf_counter() - begin:5.1f} s"


def main() -> None:
    """Export all that are asked for, and fail where one does not pass."""
    failed = []
    for name in sys.argv[1:] or shipped_specs():
        with tempfile.TemporaryDirectory() as folder:
            try:
                print(f"{name:24} {export(name, Path(folder))}", flush=True)
            except CheckFailed as refused:
                failed.append(name)
                print(f"{name:24} FAILED: {refused}", flush=True)
        network.cache_clear()
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
