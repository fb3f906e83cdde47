"""Facts survive JSON; what is derived from them adds up."""

import json
import math
from dataclasses import asdict

import pytest
from pydantic import TypeAdapter

from resnet_spec.report import quantity
from resnet_spec.report.facts import Facts
from resnet_spec.report.find_mistakes import find_mistakes
from resnet_spec.report.group_stages import group_stages
from resnet_spec.report.make_visible import make_visible


def test_facts_come_back_from_json(facts):
    assert TypeAdapter(Facts).validate_json(json.dumps(asdict(facts))) == facts


def test_stages_sum_up_to_the_network(facts):
    stages = group_stages(facts.layers)
    assert [stage.name for stage in stages] == ["input", "stem", "stage1", "head"]
    assert [stage.blocks for stage in stages] == [0, 0, 1, 0]
    assert sum(stage.params for stage in stages) == facts.total_params == 2_595
    assert sum(stage.macs for stage in stages) == facts.macs == 156_720
    assert math.isclose(sum(stage.params_share for stage in stages), 1)
    assert stages[2].output_shape == (8, 8, 16)
    assert group_stages(()) == ()


def test_mistakes_are_the_largest_cells_off_the_diagonal():
    rows = find_mistakes(((8, 2, 0), (5, 5, 0), (0, 1, 9)), ("cat", "dog", "frog"), most=2)
    assert [(row.true, row.predicted, row.images, row.share) for row in rows] == [
        ("dog", "cat", 5, 0.5),
        ("cat", "dog", 2, 0.2),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (quantity.count(12_627_082), "12,627,082"),
        (quantity.compact(12_619_274), "12.62 M"),
        (quantity.compact(7), "7"),
        (quantity.many(1, "epoch"), "1 epoch"),
        (quantity.many(1200, "epoch"), "1,200 epochs"),
        (quantity.percent(0.90474), "90.47%"),
        (quantity.percent(math.nan), "NaN"),
        (quantity.decimal(None), "—"),
        (quantity.decimal(math.inf), "∞"),
        (quantity.figures(0.0009486833062967954), "0.0009487"),
        (quantity.plain(12_627_082), "12,627,082"),
        (quantity.plain(0.9047), "0.9047"),
        (quantity.plain("none"), "none"),
        (quantity.duration(4423.17), "1 h 13 min"),
        (quantity.duration(59.96), "1 min 0 s"),
        (quantity.duration(0.04), "0.0 s"),
        (quantity.duration(math.nan), "NaN"),
        (quantity.milliseconds(0.01312), "0.013"),
        (quantity.milliseconds(39.951), "39.95"),
        (quantity.milliseconds(1447.4), "1,447"),
        (quantity.milliseconds(math.nan), "NaN"),
        (quantity.milliseconds(None), "—"),
        (quantity.file_size(50_543_616), "48.2 MiB"),
        (quantity.file_size(12), "12 bytes"),
    ],
)
def test_numbers_are_written_for_people(written, expected):
    assert written == expected


def test_hidden_characters_are_written_out():
    assert make_visible("a\x00\x1b\u202e\udcff\u2028b") == "a\\x00\\x1b\\u202e\\udcff\\u2028b"
    assert make_visible("two\nlines 猫 👩‍👩‍👧") == "two\nlines 猫 👩‍👩‍👧"
    assert make_visible("two\nlines", one_line=True) == "two\\nlines"
