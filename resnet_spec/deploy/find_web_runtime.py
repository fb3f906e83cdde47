"""The folder of the npm package `onnxruntime-web` -> the files of it that a page needs."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError

RUNTIME = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
"""What the page needs of the package's `dist`."""


def find_web_runtime(package: Path) -> tuple[Path, ...]:
    """Give the files.

    Raises:
        InputError: one is not there.
    """
    sources = tuple(package / "dist" / file for file in RUNTIME)
    if missing := [file for file in sources if not file.is_file()]:
        help = "run `npm install onnxruntime-web` here, or name its folder: --onnxruntime-web FOLDER"
        raise InputError(Diagnostic(Code.DATA_NOT_FOUND, f"there is no `{missing[0]}`", None, help))
    return sources
