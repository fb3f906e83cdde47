"""What `--data PATH` means: a path and the spec's source -> the source to use."""

from __future__ import annotations

from resnet_spec.data.cifar_set import CIFAR10, CIFAR100
from resnet_spec.data.existing_path import existing_path
from resnet_spec.data.image_store import ARCHIVE_SUFFIXES
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Cifar10, Cifar100, ImageFolder, Npz, Source


def source_for_path(path: str, current: Source | None) -> Source:
    """Give the source that reads `path`, with the options of the current one where it is of the same kind.

    Args:
        path: a folder, an archive of images, a .npz file, or the CIFAR archive that `current` stands for.
        current: the spec's source, if it has one.

    Raises:
        InputError: nothing is there, or it is none of these.
    """
    place = existing_path(path)
    name = place.name.lower()
    fraction = current.test_fraction if isinstance(current, ImageFolder | Npz) else None
    if isinstance(current, Cifar10) and name == CIFAR10.archive:
        return current.model_copy(update={"path": str(place)})
    if isinstance(current, Cifar100) and name == CIFAR100.archive:
        return current.model_copy(update={"path": str(place)})
    if place.is_dir() or (place.is_file() and name.endswith(ARCHIVE_SUFFIXES)):
        bad = current.on_bad_image if isinstance(current, ImageFolder) else "error"
        options = {"path": str(place), "test_fraction": fraction, "on_bad_image": bad}
        return ImageFolder.model_validate({ImageFolder.tag: options})
    if place.is_file() and name.endswith(".npz"):
        return Npz.model_validate({Npz.tag: {"path": str(place), "test_fraction": fraction}})
    message = f"`{path}` is no data that can be read"
    hint = f"give a folder of images, a file that ends in {', '.join(ARCHIVE_SUFFIXES)}, or a .npz file"
    raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help=hint))
