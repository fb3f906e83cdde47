"""Times of a network -> the table that `bench` prints."""

from __future__ import annotations

from resnet_spec.deploy.benchmark import Benchmark
from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable

HEADER = ("threads", "batch", "p50 ms", "p95 ms", "images/s", "GFLOP/s", "of matrix rate", "calls")


def print_benchmark(name: str, found: Benchmark) -> None:
    """Print what the network costs, what the machine can do, and how near the one is to the other."""
    integers = found.kernels.get("QLinearConv", 0)
    kind = f", {integers} convolutions in integers" if integers else ""
    rates = ", ".join(f"{rate:,.0f} GFLOP/s with {number} thread(s)" for number, rate in found.matrix_gflops.items())
    lines = (
        f"{printable(name)}: {found.macs / 1e6:,.1f} million MACs an image, {found.file_bytes / 1e6:,.1f} MB{kind}",
        f"onnxruntime {found.onnxruntime}, {found.processors} processor(s); float32 matrix product: {rates}\n",
    )
    out().print("\n".join(lines), soft_wrap=True)
    rows = [
        [
            str(speed.threads), str(speed.batch), f"{speed.p50_ms:,.2f}", f"{speed.p95_ms:,.2f}",
            f"{speed.images_per_second:,.1f}", f"{speed.gflops:,.1f}", f"{speed.share_of_matrix_rate:.0%}",
            str(speed.calls),
        ]
        for speed in found.speeds
    ]  # fmt: skip
    print_columns(HEADER, rows, right=HEADER)
