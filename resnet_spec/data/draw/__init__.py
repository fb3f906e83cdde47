"""The numbers that an augmentation needs: pure functions of the seed, the epoch and an image's index.

Enters: the spec's `data.augment`, indices. Leaves: small arrays. Nothing of the images, no framework here.
"""

from resnet_spec.data.draw.draw import Drawn, draw
from resnet_spec.data.draw.draw_all import draw_all

__all__ = ["Drawn", "draw", "draw_all"]
