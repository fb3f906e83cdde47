"""The plots as XML, and what is drawn in them."""

import math
import re
import warnings
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from resnet_spec.report.palette import ON_THE_PAGE
from resnet_spec.report.plot_calibration import plot_calibration
from resnet_spec.report.plot_confusion import plot_confusion
from resnet_spec.report.plot_learning import plot_learning
from resnet_spec.report.plot_learning_rate import plot_learning_rate
from resnet_spec.report.plot_speed import plot_speed
from resnet_spec.report.run_facts import CalibrationFacts, ConfidenceBin

SVG = "{http://www.w3.org/2000/svg}"


def read(text):
    root = ET.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox")
    return root


def words(root):
    return ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]


def test_curves_are_well_formed_and_follow_the_page(facts):
    epochs = facts.run.epochs
    for plot in (plot_learning(epochs, "loss", 4), plot_learning(epochs, "accuracy", 4), plot_learning_rate(epochs)):
        read(plot)
        assert not plot.startswith("<?xml")
        assert "<metadata" not in plot
        assert "<style" not in plot
        assert "font-family" not in plot
        assert "var(--accent" in plot
        assert not re.findall("|".join(ON_THE_PAGE), plot)
        colours = set(re.findall(r"#[0-9a-f]{6}\b", plot)) - set(re.findall(r"--accent, (#\w+)", plot))
        assert not colours, "a colour that would not follow into dark"


def test_a_curve_says_in_words_what_it_shows(facts):
    label = read(plot_learning(facts.run.epochs, "accuracy", 4)).get("aria-label")
    assert label == (
        "Accuracy over 4 epochs: training from 50.00% to 87.50%, validation from 40.00% to 85.00%; the best epoch is 4."
    )
    assert "1 drop." in read(plot_learning_rate(facts.run.epochs)).get("aria-label")


def line_of(text):
    """Vertices of the curve: the path that is drawn in the accent colour."""
    path = next(node for node in read(text).iter(f"{SVG}path") if "--accent" in node.get("style", ""))
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML] (\S+) (\S+)", path.get("d"))]


def test_a_smooth_rate_is_a_line_on_a_linear_axis_from_zero(facts):
    rates = (0.1, 0.075, 0.05, 0.025)
    smooth = [replace(e, learning_rate=r, dropped_to=None) for e, r in zip(facts.run.epochs, rates, strict=True)]
    line = line_of(plot_learning_rate(smooth))
    heights = [y for _, y in line]
    assert len(line) == 4, "one vertex an epoch, no stairs"
    assert [b - a for a, b in pairwise(heights)] == pytest.approx([heights[1] - heights[0]] * 3, abs=1e-3)
    assert "0.00" in words(read(plot_learning_rate(smooth)))


def test_a_rate_that_drops_is_a_staircase_on_a_logarithmic_axis(facts):
    rates = (0.1, 0.01, 0.001, 0.001)
    steps = [replace(e, learning_rate=r) for e, r in zip(facts.run.epochs, rates, strict=True)]
    assert any(epoch.dropped_to for epoch in steps)
    heights = list(dict.fromkeys(y for _, y in line_of(plot_learning_rate(steps))))
    assert len(line_of(plot_learning_rate(steps))) > 4
    assert heights[2] - heights[1] == pytest.approx(heights[1] - heights[0], abs=1e-3), "a factor has one height"


def test_the_only_speed_that_is_known_is_a_dot(facts):
    first, second, *_ = facts.run.epochs
    for speeds, dots in (((None, 512.0), True), ((512.0, 512.0), False)):
        epochs = [replace(e, images_per_second=s) for e, s in zip((first, second), speeds, strict=True)]
        assert ("fill: var(--accent" in plot_speed(epochs)) == dots


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_gaps_and_single_epochs_draw_without_a_warning(facts, value):
    hole = replace(facts.run.epochs[1], loss=value, val_loss=value, accuracy=value, learning_rate=value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for epochs in ((hole,), (facts.run.epochs[0], hole, facts.run.epochs[2])):
            read(plot_learning(epochs, "loss", 2))
            read(plot_learning(epochs, "accuracy", 0))
            read(plot_learning_rate(epochs))


def test_small_matrices_show_counts_and_names():
    root = read(plot_confusion([[50, 3], [0, 47]], ["cat", "dog"]))
    assert {"50", "3", "47", "cat", "dog"} <= set(words(root))
    assert root.get("aria-label") == "Confusion matrix of 2 classes: 97 of 100 images (97.00%) on the diagonal."


@pytest.mark.parametrize("classes", [1, 2, 10, 30, 100])
def test_matrices_of_any_size_stay_small(classes):
    confusion = [[9 * (i == j) for j in range(classes)] for i in range(classes)]
    text = plot_confusion(confusion, [f"class {n}" for n in range(classes)])
    root = read(text)
    assert len(text) < 100_000
    assert len(list(root.iter(f"{SVG}image"))) == 1
    assert ("class 0" in words(root)) == (classes <= 40)


def test_a_matrix_of_no_images_draws():
    assert "(none)" in read(plot_confusion([[0, 0], [0, 0]], ["a", "b"])).get("aria-label")


def test_hostile_class_names_are_text_in_the_matrix():
    names = ["$a_b$", "</text><script>alert(1)</script>", "猫", "x" * 300, "\x00\x1b[31m\ud800\u202e", "a\nb"]
    confusion = [[i == j for j in range(6)] for i in range(6)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        root = read(plot_confusion(confusion, names))
    shown = words(root)
    assert {"$a_b$", "</text><script>al…", "猫", "x" * 17 + "…", "a\\nb"} <= set(shown)
    assert not list(root.iter(f"{SVG}script"))


def test_the_same_epochs_draw_the_same(facts):
    assert plot_learning(facts.run.epochs, "loss", 4) == plot_learning(facts.run.epochs, "loss", 4)


def circle_widths(*images):
    """Draw bins with so many images; gives the widths of what is filled half transparently."""
    bins = tuple(ConfidenceBin(count, (n + 1) / 9, 0.5) for n, count in enumerate(images))
    shapes = read(plot_calibration(CalibrationFacts(bins, 0.1))).iter(f"{SVG}path")
    circles = [path.get("d") for path in shapes if "fill-opacity" in path.get("style", "")]
    across = [[float(x) for x in re.findall(r"(-?[\d.]+) -?[\d.]+", circle)] for circle in circles]
    return [max(points) - min(points) for points in across]


def test_a_bin_weighs_as_much_as_it_has_images():
    few, some, many = circle_widths(25, 100, 400)
    assert many / some == pytest.approx(2, abs=0.01), "the area goes with the images"
    assert some / few == pytest.approx(2, abs=0.01)
    one, most = circle_widths(1, 10_000)
    assert 1 < one < most / 5, "one image is small, and still seen"
    assert circle_widths(7, 7)[0] == pytest.approx(circle_widths(7, 7)[1], abs=0.01)
