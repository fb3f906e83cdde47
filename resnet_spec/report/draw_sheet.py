"""Images and captions -> one picture of all of them, as PNG.

Small images are enlarged by whole numbers, so that each pixel is seen as it is; large ones are made smaller.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resnet_spec.report.make_visible import make_visible

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_CELL = 128
"""Pixels of an image's longer side."""
_GAP = 12
_LINE = 16
_INK, _PAPER = "#191d22", "#ffffff"


def draw_sheet(
    images: Sequence[NDArray[np.uint8]], captions: Sequence[str], *, columns: int, heads: Sequence[str] = ()
) -> bytes:
    """Lay images out in rows.

    Args:
        images: (height, width, channels) each, grey or RGB.
        captions: what stands below each, in lines.
        columns: images a row.
        heads: what stands above each column.
    """
    from PIL import Image as pillow  # noqa: N813
    from PIL import ImageDraw

    cells = [_cell(image) for image in images]
    width, height = (max(sides) for sides in zip(*(cell.size for cell in cells), strict=True))
    width, lines = max(width, _CELL // 2), max(caption.count("\n") + 1 for caption in captions)
    across, down = width + _GAP, height + lines * _LINE + _GAP
    top = _GAP + (_LINE if heads else 0)
    rows = -(-len(cells) // columns)
    sheet = pillow.new("RGB", (_GAP + min(columns, len(cells)) * across, top + rows * down), _PAPER)
    pen, font = ImageDraw.Draw(sheet), _font()
    for column, head in enumerate(heads):
        pen.text((_GAP + column * across, _GAP // 2), _shortened(head, width, font), _INK, font)
    for place, (cell, caption) in enumerate(zip(cells, captions, strict=True)):
        left, upper = _GAP + place % columns * across, top + place // columns * down
        sheet.paste(cell, (left, upper))
        for line, text in enumerate(caption.split("\n")):
            pen.text((left, upper + height + 1 + line * _LINE), _shortened(text, width, font), _INK, font)
    target = io.BytesIO()
    sheet.save(target, "PNG", optimize=True)
    return target.getvalue()


def _cell(pixels: NDArray[np.uint8]) -> Image:
    from PIL import Image as pillow  # noqa: N813

    image = pillow.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels[:, :, :3]).convert("RGB")
    longer = max(image.size)
    if longer > _CELL:
        image.thumbnail((_CELL, _CELL))
        return image
    return image.resize((image.width * (_CELL // longer), image.height * (_CELL // longer)), pillow.Resampling.NEAREST)


def _font() -> FreeTypeFont:
    import matplotlib
    from PIL import ImageFont

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), 11)


def _shortened(text: str, width: int, font: FreeTypeFont) -> str:
    text = make_visible(text)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"
