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


SPANS = {
    '{match: "*", trainable: false}': 1,
    '{match: "*", trainable: {from_epoch: 2}}': 1,
    '{match: "*", trainable: {until_epoch: 3}}': 4,
    '{match: "*", trainable: {until_epoch: 3}}, {match: "head.*", trainable: {from_epoch: 5}}': 4,
}


@pytest.mark.parametrize("groups", SPANS)
def test_an_epoch_that_trains_nothing_is_said(groups):
    assert messages(f"train.groups=[{groups}]") == [
        f"every weight is frozen in epoch {SPANS[groups]}, which would train nothing"
    ]


@pytest.mark.parametrize(
    "groups",
    [
        '{match: "*", trainable: {from_epoch: 4}}, {match: "head.*", trainable: true}',
        '{match: "*", trainable: {until_epoch: 3}}, {match: "head.*", trainable: {from_epoch: 4}}',
        '{match: "stem.*", trainable: {from_epoch: 9}}',
    ],
)
@pytest.mark.parametrize("epochs", [1, 20])
def test_an_epoch_that_trains_something_is_none(groups, epochs):
    compile_spec("quickstart", [f"train.groups=[{groups}]", f"train.epochs={epochs}"])


def test_nothing_is_matched_where_layers_cannot_be():
    found = messages(GROUPS, "model.stem=[flatten, {}, conv: {filters: 4}]")
    assert found
    assert not any("match" in message for message in found)


def test_a_wrong_setting_elsewhere_hides_no_group():
    assert len(messages(GROUPS, "train.batch_size=none")) == 2
