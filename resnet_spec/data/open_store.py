"""A path to images -> a store, by what the path is."""

from __future__ import annotations

from resnet_spec.data.existing_path import existing_path
from resnet_spec.data.image_store import ARCHIVE_SUFFIXES, TAR_SUFFIXES, ZIP_SUFFIXES, ImageStore
from resnet_spec.data.open_folder import open_folder
from resnet_spec.data.open_tar import open_tar
from resnet_spec.data.open_zip import open_zip
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def open_store(text: str) -> ImageStore:
    """List a folder's or an archive's files.

    Raises:
        InputError: the path is missing, is neither, or what it holds is refused.
    """
    path = existing_path(text)
    name = path.name.lower()
    if path.is_dir():
        return open_folder(path)
    if path.is_file() and name.endswith(ZIP_SUFFIXES):
        return open_zip(path)
    if path.is_file() and name.endswith(TAR_SUFFIXES):
        return open_tar(path)
    message = f"`{text}` is neither a folder of images nor an archive of them"
    hint = f"give a folder, or a file that ends in one of {', '.join(ARCHIVE_SUFFIXES)}"
    raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help=hint))
