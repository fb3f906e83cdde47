"""What is known of images before a training -> why the training would not begin."""

from __future__ import annotations

from resnet_spec.diagnostic import Code, Diagnostic
from resnet_spec.report.preview import ImagesFacts


def find_broken(images: ImagesFacts) -> tuple[Diagnostic, ...]:
    """Say what `train` would say of files that it stops at; nothing where there are none."""
    if not images.broken or not images.broken_stop:
        return ()
    message = f"`train` would stop: {len(images.broken):,} of the files cannot be used; `{images.broken[0]}`"
    help = "replace or delete them, or write `source: {image_folder: {path: PATH, on_bad_image: skip}}`"
    return (Diagnostic(Code.DATA_IMAGE, message, None, help),)
