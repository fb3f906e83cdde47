"""Files and folders that a person named -> files, one at a time.

Enters: paths. Leaves: paths of files, and what is wrong with a folder. No file is opened here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from resnet_spec.data.arrange_images import LITTER, SUFFIXES
from resnet_spec.diagnostic import Code, Diagnostic

HELP = f"images in a folder are those whose names end in {', '.join(SUFFIXES)}; others can be named one by one"


def find_images(paths: Iterable[str]) -> Iterator[str | Diagnostic]:
    """Give files as they are, and for a folder the images in it and in its folders, sorted.

    Hidden files, what desktops leave behind and files with other names than an image's are passed over; links to
    folders are not followed.

    Yields:
        A path; or a fault: an empty name, a folder that cannot be read or has no images.
    """
    for path in paths:
        if not path:
            yield Diagnostic(Code.DATA_NOT_FOUND, "the name of an image is empty", help="check the path of the image")
        elif os.path.isdir(path):  # noqa: PTH112 - `Path.is_dir` raises on names that are too long
            yield from _in_folder(path)
        else:
            yield path


def _in_folder(folder: str) -> Iterator[str | Diagnostic]:
    unreadable: list[OSError] = []
    found = False
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not _litter(name))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not _litter(name):
                found = True
                yield os.path.join(place, name)  # noqa: PTH118 - `./` in front of a name is kept
    for error in unreadable:
        message = f"cannot read the folder `{error.filename}`: {(error.strerror or str(error)).lower()}"
        yield Diagnostic(Code.DATA_NOT_FOUND, message, help="check its permissions")
    if not found and not unreadable:
        yield Diagnostic(Code.DATA_NOT_FOUND, f"the folder `{folder}` has no images", help=HELP)


def _litter(name: str) -> bool:
    return name.startswith(".") or name.lower() in LITTER
