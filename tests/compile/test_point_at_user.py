import json

import pytest

from resnet_spec.compile.point_at_user import point_at_user
from resnet_spec.diagnostic import Code, Diagnostic, Source, Span

SHIPPED = Span(Source("<shipped>/blocks/basic.yaml", "residual: []\n"), 1, 1, 1, 9)
OWN = Span(Source("net.yaml", "extends: quickstart\n"), 1, 10, 1, 20)


def fault(span, *related):
    return Diagnostic(Code.SHAPE, "too small", span, "", related)


def test_a_place_of_the_users_comes_first():
    shown = point_at_user("net.yaml", fault(SHIPPED, (OWN, "the stage")))
    assert shown.span == OWN
    assert [span for span, _ in shown.related] == [SHIPPED]


def test_without_one_it_is_the_parent_or_the_first_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text("# mine\nname: net\nextends: quickstart\n")
    (tmp_path / "alone.yaml").write_text("# mine\nname: net\n")
    assert str(point_at_user("net.yaml", fault(SHIPPED)).span) == "net.yaml:3:1"
    assert str(point_at_user("alone.yaml", fault(SHIPPED)).span) == "alone.yaml:1:1"


@pytest.mark.parametrize("diagnostic", [fault(OWN, (SHIPPED, "asked for here")), fault(None)])
def test_a_fault_that_is_elsewhere_stays(diagnostic):
    assert point_at_user("net.yaml", diagnostic) == diagnostic


@pytest.mark.parametrize("name", ["quickstart", "missing.yaml"])
def test_where_there_is_no_file_of_the_users_nothing_moves(name):
    assert point_at_user(name, fault(SHIPPED)).span == SHIPPED


def test_sarif_points_into_the_users_file_and_text_at_the_cause(program, tmp_path):
    (tmp_path / "net.yaml").write_text("name: small\nextends: resnet50\nmodel: {input: {shape: [3, 3, 3]}}\n")
    (result,) = json.loads(program("check", "net.yaml", "--sarif").stdout)["runs"][0]["results"]
    (place,) = (location["physicalLocation"] for location in result["locations"])
    assert place["artifactLocation"]["uri"] == "net.yaml"
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (2, 1)
    related = [item["physicalLocation"]["artifactLocation"]["uri"] for item in result["relatedLocations"]]
    assert related[0] == "%3Cshipped%3E/resnet50.yaml"
    assert "<shipped>/resnet50.yaml" in program("check", "net.yaml").stderr
