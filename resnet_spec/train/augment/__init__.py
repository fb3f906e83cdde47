"""Training images, targets and the numbers drawn for them -> changed ones, a whole batch at a time, on the device.

Written in `keras.ops`, to run inside the compiled step; pixels are float32 from 0 to 255. Nothing here is random: see
`data.draw`. Where pixels come from is reckoned in whole numbers, so that every framework finds the same ones.
"""

from resnet_spec.train.augment.augment import augment

__all__ = ["augment"]
