"""The drawings of `show`: Mermaid and SVG."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from resnet_spec.backends.to_mermaid import to_mermaid
from resnet_spec.backends.to_svg import to_svg
from resnet_spec.compile import compile_spec
from resnet_spec.passes.outline import Part, Unit, outline

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert(1)</script>"]; click x href |`'


def parts(name):
    return outline(compile_spec(name).graph)


def test_the_flowchart_of_the_quickstart():
    written = to_mermaid(parts("quickstart")).replace("\N{MULTIPLICATION SIGN}", "x")
    assert (
        written
        == """\
flowchart TB
  subgraph input ["input: 8 x 8 x 1"]
    input_1["image"]
  end
  subgraph stem ["stem: 8 x 8 x 16"]
    stem_1["conv 3 x 3, 16 · norm · relu"]
  end
  subgraph stage1 ["stage1: 8 x 8 x 16"]
    stage1_1["block1<br/>conv 3 x 3, 16 · norm · relu<br/>conv 3 x 3, 16 · norm<br/>shortcut: identity<br/>add · relu"]
  end
  subgraph stage2 ["stage2: 4 x 4 x 32"]
    stage2_1["block1<br/>conv 3 x 3, 32, stride 2 · norm · relu<br/>conv 3 x 3, 32 · norm<br/>\
shortcut: conv 1 x 1, 32, stride 2 · norm<br/>add · relu"]
  end
  subgraph head ["head: 10"]
    head_1["global average pooling<br/>dense, 10 · softmax"]
  end
  input_1 --> stem_1 --> stage1_1 --> stage2_1 --> head_1
"""
    )


@pytest.mark.parametrize("name", ["quickstart", "resnet152", "resnetv2_50", "eip4_week4"])
def test_the_drawing_names_every_part_and_every_block_within_its_frame(name):
    root = ET.fromstring(to_svg(name, parts(name)))
    said = [node.text or "" for node in root.iter(f"{SVG}text")]
    for part in parts(name):
        assert part.name in said
        assert all(line in said for unit in part.units for line in unit.before + unit.path + unit.after)
    width, height = (float(size) for size in root.get("viewBox").split()[2:])
    for box in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(box.get(key)) for key in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
    assert not re.findall(r"https?://(?!www.w3.org)", to_svg(name, parts(name)))


def test_boxes_on_the_main_path_do_not_overlap():
    root = ET.fromstring(to_svg("x", parts("resnetv2_50")))
    boxes = [box for box in root.iter(f"{SVG}rect") if box.get("class") == "unit"]
    spans = sorted((float(box.get("y")), float(box.get("y")) + float(box.get("height"))) for box in boxes)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_words_from_outside_would_be_text():
    unit = Unit("", "", 0, (), (HOSTILE,), None, (), 1, (8,), 0, 0)
    part = Part("stem", (unit,), 1, (8,), 0, 0)
    root = ET.fromstring(to_svg(HOSTILE, (part,)))
    assert not list(root.iter(f"{SVG}script"))
    assert root.find(f"{SVG}title").text == HOSTILE
    (line,) = [line for line in to_mermaid((part,)).splitlines() if "stem_1[" in line]
    assert not set(line.removeprefix('    stem_1["').removesuffix('"]')) & set('"]<>|`')


def test_a_name_that_no_xml_holds_is_written_out(program, tmp_path):
    (tmp_path / "net.yaml").write_text('extends: quickstart\nname: "a\\e[31m\\u202e"\n')
    done = program("show", "net.yaml", "--format", "svg")
    assert ET.fromstring(done.stdout).find(f"{SVG}title").text == r"a\x1b[31m\u202e", done.stderr
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def test_show_draws(program):
    assert program("show", "quickstart", "--format", "mermaid").stdout == to_mermaid(parts("quickstart"))
    assert program("show", "quickstart", "--format", "svg").stdout == to_svg("quickstart", parts("quickstart"))
