"""Where an export is to go -> nothing, or a refusal before there is anything to put there."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from resnet_spec.data.fit_image import MODES
from resnet_spec.deploy.choose_model_folder import choose_model_folder
from resnet_spec.deploy.find_web_runtime import find_web_runtime
from resnet_spec.deploy.refuse_full import refuse_full
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.run_directory import RunDirectory


def check_targets(
    output: Path,
    name: str,
    *,
    channels: int,
    triton: Path | None,
    web: Path | None,
    runtime: Path,
    own: RunDirectory | None,
) -> None:
    """Look at each place that an export writes to, so that none is found to be taken once the work is done.

    Args:
        output: the ONNX file; its folder is not made.
        name: of the network.
        channels: of the images that it takes.
        triton: the folder of a model repository; made where it is missing, as is `web`.
        web: the folder of a page.
        runtime: the npm package that the page runs on.
        own: the run whose model.onnx the output may replace; that of any other run stays.

    Raises:
        InputError: with every place that is taken, missing or not to be written to, and a page without images to show.
    """
    checks: list[Callable[[], object]] = [partial(_check_file, output), partial(_check_no_run, output, own)]
    if triton is not None:
        checks += [partial(_check_folder, triton), partial(choose_model_folder, triton, name)]
    if web is not None:
        checks.append(partial(_check_channels, channels))
        checks += [partial(_check_folder, web), partial(refuse_full, web), partial(find_web_runtime, runtime)]
        checks += [partial(_check_outside, path, web) for path in (output, triton) if path is not None]
    faults = [fault for check in checks for fault in _faults(check)]
    if faults:
        raise InputError(*faults)


def _faults(check: Callable[[], object]) -> tuple[Diagnostic, ...]:
    try:
        check()
    except InputError as refused:
        return refused.diagnostics
    return ()


def _check_file(path: Path) -> None:
    folder = Path(os.path.realpath(path)).parent
    if path.exists() and not path.is_file():
        what = "a directory" if path.is_dir() else "no regular file"
        raise _refused(f"cannot write `{path}`: it is {what}", "give the name of a file")
    if not folder.is_dir():
        raise _refused(f"cannot write `{path}`: there is no folder `{folder}`", "make the folder first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _refused(f"cannot write `{path}`: permission denied", "check the folder's permissions")


def _check_no_run(path: Path, own: RunDirectory | None) -> None:
    free = None if own is None else _placed(own.onnx)
    if any(place != free and _is_of_run(place) for place in (_placed(path), Path(os.path.realpath(path)))):
        message = f"`{path}` is a run's own float32 file, which its scores and its report are of"
        beside = path.with_name("smaller.onnx" if own is None else "other.onnx")
        raise _refused(message, f"write beside it, as `-o {beside}`")


def _placed(path: Path) -> Path:
    """Give the place where a name stands, wherever a link of that name leads."""
    return Path(os.path.realpath(path.parent)) / path.name


def _is_of_run(place: Path) -> bool:
    run = RunDirectory(place.parent)
    return place == run.onnx and run.weights.exists()


def _check_folder(path: Path) -> None:
    """Look at the folder, or at the one that it is to be made in."""
    there = next(each for each in (path, *path.parents) if each.exists())
    if not there.is_dir():
        raise _refused(f"cannot make `{path}`: `{there}` is no folder", "give the name of a new directory")
    if not os.access(there, os.W_OK | os.X_OK):
        raise _refused(f"cannot write into `{there}`: permission denied", "check the folder's permissions")


def _check_outside(path: Path, folder: Path) -> None:
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise _refused(f"`{path}` would lie in `{folder}`, which must be empty", "give a place of its own to each")


def _check_channels(channels: int) -> None:
    if channels not in MODES:
        message = f"a page cannot classify images of {channels} channels: image files have 1 or 3"
        raise InputError(Diagnostic(Code.INPUT_REFUSED, message, None, "leave `--web` out"))


def _refused(message: str, help: str) -> InputError:
    return InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help))
