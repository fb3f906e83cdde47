"""Row 1: a fault hides no other, and makes no other. Every fault alone gives itself; any two give both and no third."""

import itertools

import pytest

from resnet_spec.compile import compile_text
from resnet_spec.diagnostic import SpecErrors

SOUND = """\
name: net
model:
  input: {shape: [32, 32, 3]}
  classes: 10
  norm: batch
  activation: relu
  parameters: {width: 2, rate: 0.1}
  blocks:
    own:
      parameters: {reduction: 4, ratio: 1}
      before: [norm, activation]
      residual:
        - conv: {filters: filters * ratio, strides: strides}
        - norm
        - conv: {groups: reduction}
        - gate:
            - global_avg_pool: {keepdims: true}
            - conv: {filters: channels / reduction}
            - conv
            - sigmoid
      shortcut:
        path: [conv: {kernel_size: 1, strides: strides}]
  stem:
    - conv: {filters: 16 * width}
    - max_pool: {pool_size: 3}
    - dropout: rate
  stages:
    - {block: own, filters: 16 * width, blocks: 2}
    - {block: basic, filters: 40, blocks: 2, strides: 2}
    - {block: bottleneck, filters: 64, blocks: 2, parameters: {groups: 2}}
  head:
    - norm
    - global_avg_pool
    - dense
    - softmax
train:
  epochs: 3
  optimizer: adam
"""

# What is changed, into what, and the code and line of what must be said of it.
BREAKS = {
    "unknown key at the top": ("name: net", "name: net\nnaem: x", "RS201", 2),
    "input without channels": ("shape: [32, 32, 3]", "shape: [32, 32]", "RS204", 3),
    "classes of no number": ("classes: 10", "classes: ten", "RS203", 4),
    "unknown norm": ("norm: batch", "norm: bach", "RS205", 5),
    "unknown activation of the model": ("activation: relu", "activation: rellu", "RS204", 6),
    "a parameter that is text": ("rate: 0.1", "rate: x", "RS203", 7),
    "a parameter that nothing reads": ("rate: 0.1", "rate: 0.1, heigth: 3", "RS304", 7),
    "a block's parameter that nothing reads": ("ratio: 1}", "ratio: 1, other: 2}", "RS304", 10),
    "a block's parameter that is text": ("ratio: 1}", "ratio: [1]}", "RS203", 10),
    "unknown kind in a block": ("before: [norm, activation]", "before: [norm, activaton]", "RS205", 11),
    "a size that is not whole": ("filters * ratio, strides", "filters * ratio * 0.3, strides", "RS305", 13),
    "an unknown name": ("filters * ratio, strides", "filters * ratoi, strides", "RS303", 13),
    "a bad member": ("filters * ratio, strides", "filters * ratio, padding: some, strides", "RS204", 13),
    "another bad member": ("filters * ratio, strides", "filters * ratio, kernel_size: 0, strides", "RS204", 13),
    "groups that do not divide": ("{groups: reduction}", "{groups: 5}", "RS306", 15),
    "a division by zero": ("channels / reduction", "channels / reduction / 0", "RS305", 18),
    "an unknown kind in a gate": ("            - sigmoid", "            - sigmoind", "RS205", 20),
    "a gate that does not fit": ("            - conv\n", "            - conv: {filters: 7}\n", "RS306", 17),
    "a shortcut that is a list": ("shortcut:\n        path: [conv", "shortcut:\n        - [conv", "RS204", 22),
    "a stem without filters": ("conv: {filters: 16 * width}\n", "conv\n", "RS202", 24),
    "a stem's bad pool": ("pool_size: 3", "pool_size: -3", "RS204", 25),
    "a pool that does not fit": ("pool_size: 3", "pool_size: 33", "RS306", 25),
    "a rate of one": ("dropout: rate", "dropout: 10 * rate", "RS204", 26),
    "a stage without filters": ("{block: own, filters: 16 * width, blocks: 2}", "{block: own, blocks: 2}", "RS202", 28),
    "a stage that is no mapping": ("- {block: basic, filters: 40, blocks: 2, strides: 2}", "- basic", "RS203", 29),
    "an unknown block": ("block: basic", "block: basik", "RS301", 29),
    "a stride past the image": ("strides: 2}\n    - {block: bottl", "strides: 40}\n    - {block: bottl", "RS306", 29),
    "a stage's filters that are not whole": ("filters: 40", "filters: 40 * 0.11", "RS305", 29),
    "blocks by the million": ("filters: 40, blocks: 2", "filters: 40, blocks: 800000", "RS310", 29),
    "an unknown parameter of a stage": ("{groups: 2}", "{groups: 2, grousp: 4}", "RS304", 30),
    "groups of a shipped block": ("{groups: 2}", "{groups: 3}", "RS306", 30),
    "an unknown kind in the head": ("    - global_avg_pool\n", "    - globl_avg_pool\n", "RS205", 33),
    "another number of classes": ("    - dense\n", "    - dense: {units: 3}\n", "RS307", 35),
    "a head that ends in a rectifier": ("    - softmax", "    - relu", "RS307", 35),
    "a wrong type in training": ("epochs: 3", "epochs: x", "RS203", 37),
    "an unknown optimizer": ("optimizer: adam", "optimizer: adan", "RS205", 38),
}  # fmt: skip

UNREAD = "a parameter that nothing reads"
UNREAD_IN_BLOCK = "a block's parameter that nothing reads"
PAST = "a stride past the image"

# What cannot be judged beside a fault: a size that rests on what is wrong, or what something unknown may read.
HIDES = {
    "input without channels": {"a pool that does not fit", PAST},
    "classes of no number": {"another number of classes"},
    "a parameter that is text": {"a rate of one"},
    "a block's parameter that is text": {UNREAD, "a size that is not whole"},
    "unknown kind in a block": {UNREAD, UNREAD_IN_BLOCK, PAST},
    "a bad member": {UNREAD, UNREAD_IN_BLOCK, PAST},
    "another bad member": {UNREAD, UNREAD_IN_BLOCK, PAST},
    "an unknown kind in a gate": {UNREAD, UNREAD_IN_BLOCK, PAST, "a gate that does not fit"},
    "a shortcut that is a list": {UNREAD, UNREAD_IN_BLOCK, PAST},
    "a stem's bad pool": {UNREAD},
    "a pool that does not fit": {PAST},
    "a stage without filters": {
        UNREAD, "a size that is not whole", "groups that do not divide", "a division by zero",
        "a gate that does not fit",
    },
    "a stage that is no mapping": {UNREAD},
    "an unknown block": {UNREAD, PAST, "blocks by the million"},
    "an unknown kind in the head": {UNREAD},
}  # fmt: skip


def broken(*names):
    """Break the sound spec; give its text, or None where two breaks are of one place."""
    text = SOUND
    for name in names:
        old, new, _, _ = BREAKS[name]
        if text.count(old) != 1:
            return None
        text = text.replace(old, new)
    return text


def said(text):
    with pytest.raises(SpecErrors) as error:
        compile_text(text, "net.yaml")
    return [(str(fault.code), fault.span.line) for fault in error.value.diagnostics]


def test_without_a_fault_nothing_is_said():
    compile_text(SOUND, "net.yaml")


@pytest.mark.parametrize("name", BREAKS)
def test_one_fault_is_one(name):
    _, _, code, line = BREAKS[name]
    assert said(broken(name)) == [(code, line)]


# A prime step meets every fault, beside many others; all pairs take half a minute.
@pytest.mark.parametrize("pair", list(itertools.combinations(list(BREAKS)[1:], 2))[::7], ids=" and ".join)
def test_two_faults_are_two_and_never_three(pair):
    text = broken(*pair)
    if text is None:
        return
    expected = {name: BREAKS[name][2:] for name in pair}
    for hiding, other in (pair, pair[::-1]):
        if other in HIDES.get(hiding, ()):
            del expected[other]
    assert sorted(said(text)) == sorted(expected.values())


def test_ten_faults_are_ten_in_file_order():
    names = [
        "unknown norm", "a parameter that nothing reads", "a size that is not whole", "groups that do not divide",
        "a stem without filters", "a rate of one", "blocks by the million", "groups of a shipped block",
        "another number of classes", "a wrong type in training",
    ]  # fmt: skip
    assert said(broken(*names)) == [BREAKS[name][2:] for name in names]


LONE = """\
name: net
model:
  input: {shape: [32, 32, 3]}
  classes: 10
  stem: [conv: {filters: 8}]
  stages: [{block: own, filters: 8, blocks: 1}]
  head: [global_avg_pool, dense]
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("filters: 8, blocks", "filters: 8 + 2, blocks", "RS204", 6),
        ("filters: 8, blocks", "filters: 8, project: nver, blocks", "RS204", 6),
        ("filters: 8, blocks", "filters: 8, strides: [2, 2], blocks", "RS203", 6),
        ("[conv: {filters: 8}]", "[conv: {filters: x y}]", "RS204", 5),
    ],
)
def test_a_fault_in_the_only_item_of_a_list_hides_no_other(old, new, code, line):
    assert LONE.count(old) == 1
    found = said(LONE.replace(old, new))
    assert sorted(found) == sorted([(code, line), ("RS301", 6)])
    assert said(LONE) == [("RS301", 6)]
