"""A second witness: what every augmentation does, image by image, in NumPy."""

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from resnet_spec.data.draw.operation import Operation


def slowly(images, targets, step, drawn, fill):
    """Give images and targets after one step, whose own names `drawn` has."""
    of_one = {
        "random_flip": _flip, "random_crop": _crop, "color_jitter": _jitter, "cutout": _cutout, "mixup": _mixup,
        "cutmix": _cutmix, "rand_augment": _rand_augment,
    }[step.tag]  # fmt: skip
    pairs = []
    for place, (image, target) in enumerate(zip(images, targets, strict=True)):
        own = {name: values[place] for name, values in drawn.items()}
        other = (images[own["partner"]], targets[own["partner"]]) if "partner" in own else (None, None)
        pairs.append(of_one((image.astype(np.float64), target), other, own, step, fill))
    return tuple(np.stack(each).astype(np.float32) for each in zip(*pairs, strict=True))


def _flip(pair, _, own, step, fill):
    image, target = pair
    return (image[:, ::-1] if own["mirrored"] else image), target


def _crop(pair, _, own, step, fill):
    image, target = pair
    border, (height, width) = step.padding, image.shape[:2]
    mode = "reflect" if step.fill == "reflect" else "constant"
    padded = np.pad(image, ((border, border), (border, border), (0, 0)), mode=mode)
    return padded[own["top"] : own["top"] + height, own["left"] : own["left"] + width], target


def _jitter(pair, _, own, step, fill):
    image, target = pair
    for kind, factor in zip(own["order"], own["factor"], strict=True):
        image = enhanced(image, kind, factor)
    return image, target


def enhanced(image, kind, factor):
    grey = image @ [0.299, 0.587, 0.114] if image.shape[-1] == 3 else image.mean(axis=-1)
    plain = [0.0, grey.mean(), grey[:, :, None]][kind - Operation.BRIGHTNESS]
    return np.clip(factor * image + (1 - factor) * plain, 0, 255)


def _rand_augment(pair, _, own, step, fill):
    image, target = pair
    for turn in range(step.num_ops):
        now = {name: value[turn] for name, value in own.items()}
        image = operated(image, now, step.interpolation, fill)
    return image, target


def operated(image, now, interpolation, fill):
    """Give an image after an operation, pixel by pixel, in fractions of a pixel where `warp` takes whole numbers."""
    kind, amount = now["operation"], float(now["amount"])
    if kind <= Operation.ROTATE:
        return _moved(image, now, interpolation, fill)
    if kind <= Operation.COLOR:
        return enhanced(image, kind, amount)
    if kind == Operation.SHARPNESS:
        return _sharpened(image, amount)
    levels = np.floor(image + 0.501).astype(np.uint8)
    return np.stack([_remapped(channel, kind, amount) for channel in np.moveaxis(levels, 2, 0)], axis=2)


def _moved(image, now, interpolation, fill):
    height, width, _ = image.shape
    places = sources(image.shape, now)
    moved = np.empty_like(image)
    for row in range(height):
        for column in range(width):
            x, y = places[row, column]
            inside = 0 <= x < width and 0 <= y < height
            moved[row, column] = _value(image, x, y, interpolation) if inside else fill
    return moved


def sources(shape, now):
    """Give x and y of where each pixel comes from: (height, width, 2)."""
    size = np.array([shape[1], shape[0]])
    middle, shift = now["centred"] * size / 2, np.floor(now["shift"] / 65536 * size)
    own = np.stack(np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5), axis=2)
    return (own - middle) @ (now["matrix"] / 32768).T + middle + shift


def _value(image, x, y, interpolation):
    if interpolation == "nearest":
        return image[int(y), int(x)]
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")
    x, y = x + 0.5, y + 0.5
    column, row = int(x), int(y)
    right, low = x - column, y - row
    upper = padded[row, column] * (1 - right) + padded[row, column + 1] * right
    return upper * (1 - low) + (padded[row + 1, column] * (1 - right) + padded[row + 1, column + 1] * right) * low


def _sharpened(image, factor):
    height, width, _ = image.shape
    soft = image.copy()
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            around = image[row - 1 : row + 2, column - 1 : column + 2].sum(axis=(0, 1))
            soft[row, column] = (around + 4 * image[row, column]) / 13
    return np.clip(factor * image + (1 - factor) * soft, 0, 255)


def _remapped(levels, kind, amount):
    if kind == Operation.EQUALIZE:
        return np.asarray(ImageOps.equalize(Image.fromarray(levels)), np.float64)
    values = levels.astype(np.float64)
    if kind == Operation.POSTERIZE:
        return values - values % amount
    if kind == Operation.SOLARIZE:
        return np.where(values < amount, values, 255 - values)
    least, most = values.min(), values.max()
    return (values - least) * 255 / (most - least) if most > least else values


def by_pillow(image, now, interpolation, fill):
    """Give a uint8 image after an operation, as Pillow does it."""
    kind, amount = now["operation"], float(now["amount"])
    picture = Image.fromarray(image)
    width, height = picture.size
    (shear_x, shear_y), shift = (
        (now["matrix"][0][1], now["matrix"][1][0]),
        np.floor(now["shift"] / 65536 * picture.size),
    )
    how = {"resample": Image.Resampling[interpolation.upper()], "fillcolor": tuple(fill)}
    match kind:
        case Operation.SHEAR_X | Operation.SHEAR_Y | Operation.TRANSLATE_X | Operation.TRANSLATE_Y:
            map_back = (1, shear_x / 32768, shift[0], shear_y / 32768, 1, shift[1])
            done = picture.transform((width, height), Image.Transform.AFFINE, map_back, **how)
        case Operation.ROTATE:
            done = picture.rotate(np.degrees(np.arctan2(shear_y, now["matrix"][0][0])), **how)
        case Operation.BRIGHTNESS | Operation.CONTRAST | Operation.COLOR | Operation.SHARPNESS:
            done = getattr(ImageEnhance, Operation(kind).name.title())(picture).enhance(amount)
        case Operation.POSTERIZE:
            done = ImageOps.posterize(picture, 8 - int(np.log2(amount)))
        case Operation.SOLARIZE:
            done = ImageOps.solarize(picture, int(amount))
        case Operation.AUTO_CONTRAST:
            done = ImageOps.autocontrast(picture)
        case Operation.EQUALIZE:
            done = ImageOps.equalize(picture)
        case _:
            done = picture
    return np.asarray(done, np.float64)


def _cutout(pair, _, own, step, fill):
    image, target = pair
    rows, columns = _box(image, own, own["size"], own["size"])
    image = image.copy()
    image[rows, columns] = fill
    return image, target


def _mixup(pair, other, own, step, fill):
    return tuple(own["share"] * mine + (1 - own["share"]) * theirs for mine, theirs in zip(pair, other, strict=True))


def _cutmix(pair, other, own, step, fill):
    height, width = pair[0].shape[:2]
    rows, columns = _box(pair[0], own, int(own["side"] / 65536 * height), int(own["side"] / 65536 * width))
    image = pair[0].copy()
    image[rows, columns] = other[0][rows, columns]
    covered = np.zeros((height, width))
    covered[rows, columns] = 1
    return image, pair[1] * (1 - covered.mean()) + other[1] * covered.mean()


def _box(image, own, tall, wide):
    height, width = image.shape[:2]
    top, left = int(own["y"] / 65536 * height) - tall // 2, int(own["x"] / 65536 * width) - wide // 2
    return slice(max(0, top), max(0, top + tall)), slice(max(0, left), max(0, left + wide))
