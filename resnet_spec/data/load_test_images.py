"""`spec.data.Data` -> the images that a finished network is scored on; nothing here is for training.

The images are those that training would have set aside as its test split. Other splits need not be there, and training
images are not read unless test images are held out of them.
"""

from __future__ import annotations

from resnet_spec.data.check_fit import check_fit
from resnet_spec.data.check_loaded import check_loaded
from resnet_spec.data.dataset import Loaded, Split, TestImages
from resnet_spec.data.describe_source import describe_source
from resnet_spec.data.finish_splits import finish_splits
from resnet_spec.data.fraction_of_test import fraction_of_test
from resnet_spec.data.hold_out import TEST_SEED
from resnet_spec.data.load_source import load_source
from resnet_spec.data.split_off import split_off
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Data


def load_test_images(data: Data, *, shape: tuple[int, int, int], classes: int) -> TestImages:
    """Load the test split; without one, what `test_fraction` holds out; without that, the source's own val split.

    A test split comes before `test_fraction`, which may be left over from the source of the training.

    Args:
        data: the spec's `data`.
        shape: height, width and channels of the input.
        classes: `model.classes`.

    Raises:
        InputError: with every fault that can be found.
    """
    loaded = load_source(data, shape=shape, classes=classes, only_test=True)
    problems = [*loaded.problems, *check_loaded(loaded, classes=classes), *check_fit(data, loaded, shape)]
    if problems:
        raise InputError(*problems)
    found, name = _test(data, loaded)
    (split,) = finish_splits((found,), data, shape)
    return TestImages(loaded.class_names, split, name, loaded.skipped, describe_source(data.source))


def _test(data: Data, loaded: Loaded) -> tuple[Split, str]:
    share = fraction_of_test(data.source)
    if loaded.test is not None:
        return loaded.test, "test"
    if loaded.train is not None and share is not None:
        return split_off(loaded.train, share, "test", TEST_SEED)[1], "test"
    if loaded.validation is not None:
        return loaded.validation, loaded.validation_name
    message = f"`{describe_source(data.source)}` has no test split, and no val split in its place"
    help = "put the images in `test/<class>/`, or the arrays in `x_test` and `y_test`"
    raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help=help))
