"""Where images come from, and what happens to them before the network sees them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.augment import Augmentation
from resnet_spec.spec.field import Border, Count, Flag, Natural, Node, Number, Positive, Tagged, Text, tag_of

Share = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, lt=1)]

PICTURE_CHANNELS = frozenset({1, 3})
"""Grey and RGB, which are converted into each other; images of other channels must be those of the input."""


class BuiltIn:
    """What is known of a source's images before they are loaded."""

    classes: ClassVar[int]
    image_shape: ClassVar[tuple[int, int, int]]
    """Height, width and channels of every image."""
    train_images: ClassVar[int]
    """Before validation images are held out, where the options are the defaults."""

    def fits(self, shape: tuple[int, int, int], *, resized: bool) -> bool:
        """Say whether the images can be an input of this height, width and channels; grey and RGB are converted."""
        found = self.image_shape
        if found == shape:
            return True
        return {found[2], shape[2]} <= PICTURE_CHANNELS and (resized or found[:2] == shape[:2])


class Digits(Tagged, BuiltIn):
    """scikit-learn's 1,797 handwritten digits, 8x8 grey; embedded, so nothing is downloaded."""

    tag: ClassVar[str] = "digits"
    classes: ClassVar[int] = 10
    image_shape: ClassVar[tuple[int, int, int]] = (8, 8, 1)
    train_images: ClassVar[int] = 1_437
    test_fraction: Share = 0.2
    """Share of each class that is held out as the test split."""


class ImageFolder(Tagged):
    """Images in `train/<class>/`, `test/<class>/` and perhaps `val/<class>/`; or in `<class>/`, split by fraction."""

    tag: ClassVar[str] = "image_folder"
    shorthand: ClassVar[str | None] = "path"
    path: Text
    """A folder, a .zip or a .tar (also .tar.gz, .tar.xz, .tar.bz2); relative paths start at the working directory."""
    test_fraction: Share | None = None
    """Where there is no test split: the share of each class that is held out as one."""
    on_bad_image: Literal["error", "skip"] = "error"
    """What to do with a file that cannot be decoded: stop and name it, or leave it out and list it."""


class Npz(Tagged):
    """NumPy arrays `x_train`, `y_train`, `x_test`, `y_test` and perhaps `x_val`, `y_val` in one .npz file.

    `x` is uint8 of shape (images, height, width[, channels]), `y` whole numbers of shape (images,) or (images, 1);
    `class_names` (text) may stand beside them.
    """

    tag: ClassVar[str] = "npz"
    shorthand: ClassVar[str | None] = "path"
    path: Text
    """The file; a relative path starts at the working directory."""
    test_fraction: Share | None = None
    """Where there is no test split: the share of each class that is held out as one."""


class Cifar10(Tagged, BuiltIn):
    """CIFAR-10 (Krizhevsky 2009), downloaded once and checked against its published checksum."""

    tag: ClassVar[str] = "cifar10"
    classes: ClassVar[int] = 10
    image_shape: ClassVar[tuple[int, int, int]] = (32, 32, 3)
    train_images: ClassVar[int] = 50_000
    path: Text | None = None
    """A copy of `cifar-10-binary.tar.gz` to use instead of a download; its checksum must be the published one."""


class Cifar100(Tagged, BuiltIn):
    """CIFAR-100 (Krizhevsky 2009), fine labels, downloaded once and checked against its published checksum."""

    tag: ClassVar[str] = "cifar100"
    classes: ClassVar[int] = 100
    image_shape: ClassVar[tuple[int, int, int]] = (32, 32, 3)
    train_images: ClassVar[int] = 50_000
    path: Text | None = None
    """A copy of `cifar-100-binary.tar.gz` to use instead of a download; its checksum must be the published one."""


Source = Annotated[
    Annotated[Digits, Tag("digits")]
    | Annotated[ImageFolder, Tag("image_folder")]
    | Annotated[Npz, Tag("npz")]
    | Annotated[Cifar10, Tag("cifar10")]
    | Annotated[Cifar100, Tag("cifar100")],
    Discriminator(tag_of),
]


class Normalize(Node):
    """`(image / 255 - mean) / std`, a channel at a time; part of the exported file."""

    mean: Annotated[tuple[Number, ...], Field(min_length=1)] = (0.0,)
    """Subtracted, in units where white is 1; a list of one number, or of one a channel."""
    std: Annotated[tuple[Positive, ...], Field(min_length=1)] = (1.0,)
    """Divided by, in units where white is 1; a list of one number, or of one a channel."""
    channel_order: Literal["rgb", "bgr"] = "rgb"
    """Order of the channels that the network sees (`mean` and `std` are in this order); images are read as RGB."""


def _is_word(value: Any) -> str:
    return "word" if isinstance(value, str) else "share"


ValidationSplit = Annotated[
    Annotated[Share, Tag("share")] | Annotated[Literal["test"], Tag("word")], Discriminator(_is_word)
]


class Views(Node):
    """Views of a test image whose logits are averaged; what that gives stands beside the figures of the image alone."""

    mirror: Flag = True
    """The image, and its mirror image."""
    translate: Border = 0
    """Pixels by which both are also moved, up and left and down and right; these views weigh half as much (Jordan
    2024). The border that is missing is mirrored. 0 leaves them out."""


class Data(Node):
    """Images for training and for the test, and what happens to them on the way."""

    source: Source
    """Where images come from; `--data PATH` replaces it."""
    validation: ValidationSplit | None = None
    """What the schedule and the checkpoint policy look at: a share of each class of the training images, or `test`
    (the test split itself, as many published recipes do). Default: the source's own val split, or else 0.1."""
    resize: Literal["none", "stretch", "crop"] = "none"
    """What to do with an image of another size than the input: refuse it, stretch it, or scale its shorter side and cut
    out the middle."""
    normalize: Normalize = Normalize()
    """Scaling of pixel values."""
    augment: tuple[Augmentation, ...] = ()
    """What happens to a training image at random, in order; a function of seed, epoch and image."""
    resident_mib: Natural = 2048
    """Images whose pixels, at the input's shape, fit into this many MiB are kept in memory, and those to train on also
    on the device. Of more, files are decoded again for every batch, and arrays of another shape resized again, with the
    same result to the bit. 0 keeps none."""
    test_views: Views | None = None
    """How test images are looked at several times; the ONNX file takes one image as it is. Default: once."""
    max_images: Count | None = None
    """Use only the first so many images of each split, spread over the classes; for trying things out."""
