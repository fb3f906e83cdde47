"""Groups of weights are held against the network that there is, and against none that only stands in for it."""

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.diagnostic import SpecErrors

GROUPS = 'train.groups=[{match: "stem.conv9.*", trainable: false}]'


def messages(*settings):
    with pytest.raises(SpecErrors) as caught:
        compile_spec("quickstart", settings)
    return [fault.message for fault in caught.value.diagnostics]


def test_a_group_that_matches_nothing_is_said():
    assert messages(GROUPS) == ["`match: stem.conv9.*` is the name of no weight that is trained"]


def test_nothing_is_matched_where_layers_cannot_be():
    found = messages(GROUPS, "model.stem=[flatten, {}, conv: {filters: 4}]")
    assert found
    assert not any("match" in message for message in found)


def test_a_wrong_setting_elsewhere_hides_no_group():
    assert len(messages(GROUPS, "train.batch_size=none")) == 2
