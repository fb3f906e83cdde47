"""What may happen to a training image at random; each a function of the seed, the epoch and the image."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.field import Flag, NonNegative, Positive, Reach, Tagged, tag_of

Probability = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1)]
Fill = Literal["mean", "zeros"]
"""`mean` of `normalize`, which the network sees as zero, or black."""


class RandomFlip(Tagged):
    """Mirrors an image, left to right, with a probability of a half."""

    tag: ClassVar[str] = "random_flip"
    alternate: Flag = False
    """Whether only the first epoch is left to chance: from then on every other epoch shows an image the other way
    round, so that any two epochs in a row show it both ways (Jordan 2024, arXiv 2404.00498)."""


class RandomCrop(Tagged):
    """Pads an image on every side, then cuts a window of the original size at a random place."""

    tag: ClassVar[str] = "random_crop"
    shorthand: ClassVar[str | None] = "padding"
    padding: Reach
    """Pixels added on every side."""
    fill: Literal["zeros", "reflect"] = "zeros"
    """What is added: black, or the mirrored border."""


class ColorJitter(Tagged):
    """Changes brightness, contrast and saturation, in an order that is random as well, by torchvision's `ColorJitter`.

    A factor lies between 1 - x and 1 + x (not below 0), where x is the number given; 0 changes nothing.
    """

    tag: ClassVar[str] = "color_jitter"
    brightness: NonNegative = 0.4
    """What all values are multiplied by."""
    contrast: NonNegative = 0.4
    """What distances from the image's mean grey are multiplied by."""
    saturation: NonNegative = 0.4
    """What distances from a pixel's own grey are multiplied by; grey images stay."""


class RandAugment(Tagged):
    """Does to each image some of fourteen things, chosen at random (Cubuk 2020, arXiv 1909.13719).

    Nothing, shear along x or y, translate along x or y, rotate, brightness, contrast, color, sharpness, posterize,
    solarize, auto-contrast, equalize; each as often as the others. The arguments are those of
    `keras.layers.RandAugment` and, for the strength, of the paper.
    """

    tag: ClassVar[str] = "rand_augment"
    num_ops: Annotated[int, Field(strict=True, ge=1, le=14)] = 2
    """Things that are done to an image, one after the other."""
    magnitude: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=30)] = 9.0
    """How strongly; at 10 a rotation is by 30 degrees, a shear by 0.3, a translation by 150/331 of the side, an
    enhancement by a factor of 0.1 or 1.9, 4 of 8 bits are kept, and all of the image is solarized. At random to either
    side, where there are two."""
    magnitude_std: NonNegative = 0.0
    """Standard deviation of the magnitude, drawn for each thing that is done; it stays between 0 and 10, or the
    magnitude itself where that is more (timm's `mstd`)."""
    interpolation: Literal["bilinear", "nearest"] = "bilinear"
    """How values between pixels are found."""
    fill: Fill = "mean"
    """What is seen beyond the image's edge: `mean` of `normalize`, which the network sees as zero, or black."""


class Cutout(Tagged):
    """Hides a square whose middle is anywhere in the image, and which may reach over its edge (DeVries 2017)."""

    tag: ClassVar[str] = "cutout"
    shorthand: ClassVar[str | None] = "size"
    size: Reach
    """Pixels of a side; the paper takes 16 for CIFAR-10 and 8 for CIFAR-100."""
    fill: Fill = "mean"
    """What is seen there: `mean` of `normalize`, which the network sees as zero, or black."""
    probability: Probability = 1.0
    """Share of the images that this happens to."""


class MixUp(Tagged):
    """Fades an image into another one, and its target likewise (Zhang 2018; `keras.layers.MixUp`).

    The other is an image of the same batch: all of them are put in a random order, and each is mixed with the one
    before it. So the pair is a function of the seed, the epoch and the images of the batch.
    """

    tag: ClassVar[str] = "mixup"
    alpha: Positive = 0.2
    """The image's own share is drawn from Beta(alpha, alpha), for each image: below 1 mostly near 0 or 1."""
    probability: Probability = 1.0
    """Share of the images that this happens to."""


class CutMix(Tagged):
    """Covers a box with the same box of another image, and mixes the targets by area (Yun 2019; `keras.layers.CutMix`).

    The other is an image of the same batch, found as by `mixup`. The box has the image's proportions, and may reach
    over its edge.
    """

    tag: ClassVar[str] = "cutmix"
    alpha: Positive = 1.0
    """The image's own share is drawn from Beta(alpha, alpha), for each image; 1 makes all shares as likely."""
    probability: Probability = 1.0
    """Share of the images that this happens to; the paper takes 0.5 for CIFAR and 1 for ImageNet."""


Augmentation = Annotated[
    Annotated[RandomFlip, Tag("random_flip")]
    | Annotated[RandomCrop, Tag("random_crop")]
    | Annotated[ColorJitter, Tag("color_jitter")]
    | Annotated[RandAugment, Tag("rand_augment")]
    | Annotated[Cutout, Tag("cutout")]
    | Annotated[MixUp, Tag("mixup")]
    | Annotated[CutMix, Tag("cutmix")],
    Discriminator(tag_of),
]
