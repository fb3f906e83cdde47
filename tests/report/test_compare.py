"""Several runs side by side: the figures, the best of them, the curves, the page and the terminal."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.render.comparison import draw_curves
from resnet_spec.report.best_figures import best_figures
from resnet_spec.report.compare_figures import compare_figures
from resnet_spec.report.comparison import ComparedRun
from resnet_spec.report.plot_runs import plot_runs
from resnet_spec.report.render_comparison import render_comparison

HOSTILE = "</style><script>alert(1)</script>|`\n\u202e"


@pytest.fixture
def runs(facts):
    worse = replace(facts.run.scores, test_accuracy=0.5)
    short = replace(facts.run, epochs=facts.run.epochs[:2], best_epoch=2, scores=worse, calibration=None)
    return (
        ComparedRun("runs/a", facts, ()),
        ComparedRun("runs/b", replace(facts, run=short), ("train.epochs: 4 -> 2",)),
        ComparedRun("runs/c", replace(facts, run=None), ()),
    )


def test_figures_are_those_of_the_report(facts):
    found = compare_figures(facts)
    assert found["test_accuracy"] == 0.9047
    assert found["val_accuracy"] == facts.run.epochs[3].val_accuracy
    assert (found["epochs"], found["best_epoch"], found["onnx_bytes"]) == (4, 4, 50_543_616)
    assert found["training_images_per_second"] == 512.0
    built = compare_figures(replace(facts, run=None))
    assert built["trainable_params"] == 2_563
    assert built["test_accuracy"] is built["epochs"] is built["onnx_bytes"] is None


def test_the_best_is_the_highest_or_the_lowest_and_needs_two(runs):
    best = best_figures([compare_figures(run.facts) for run in runs])
    assert best["test_accuracy"] == 0.9047
    assert best["val_loss"] == min(runs[0].facts.run.epochs[3].val_loss, runs[1].facts.run.epochs[1].val_loss)
    assert best["calibration_error"] is None, "only one has it"
    assert best["macs"] is None, "all are the same"


def test_every_run_with_epochs_has_a_curve_of_its_own_colour(runs):
    text = plot_runs(runs, "val_accuracy")
    assert ET.fromstring(text).get("aria-label") == "Validation accuracy of 2 runs over up to 4 epochs."
    assert "var(--series-1" in text
    assert "var(--series-2" in text
    assert "var(--series-3" not in text
    gap = replace(runs[0].facts.run.epochs[0], val_accuracy=math.nan)
    ET.fromstring(
        plot_runs(
            [replace(runs[0], facts=replace(runs[0].facts, run=replace(runs[0].facts.run, epochs=(gap,))))], "loss"
        )
    )


def test_the_page_says_what_was_measured_and_nothing_of_what_was_not(runs):
    text = render_comparison(runs)
    assert "3 runs compared" in text
    assert text.count("<figure>") == 4
    assert '<td class="num top">90.47%</td>' in text
    assert '<td class="num">50.00%</td>' in text
    assert "train.epochs: 4 -&gt; 2" in text
    assert "None" not in text
    assert "<figure>" not in render_comparison([runs[2], replace(runs[2], label="other")])


def test_hostile_labels_are_inert(runs):
    text = render_comparison([replace(runs[0], label=HOSTILE), replace(runs[1], changes=(HOSTILE,))])
    assert text.count("<script") == 1
    assert text.count("</style>") == 1
    assert "\u202e" not in text


def test_letters_stand_where_the_values_are():
    lines = draw_curves([[0.0, 0.5, 1.0], [1.0, math.nan, 1.0]], width=20, height=3)
    assert lines[0] == " 100.0% |B          A"
    assert lines[1].strip() == "|      A"
    assert lines[2] == "   0.0% |A"
    assert lines[-1].split() == ["1", "3"]
    assert draw_curves([[math.nan]]) == ["no finite value"]
    assert draw_curves([[0.5]])[0] == "  50.0% |A"


def make_build(folder: Path, *settings):
    folder.mkdir()
    (folder / "spec.yaml").write_text(compile_spec("quickstart", settings).text, encoding="utf-8")
    (folder / "environment.json").write_text("{}")
    return folder


def test_from_directories_to_json_page_and_terminal(tmp_path, program):
    make_build(tmp_path / "a")
    run = make_build(tmp_path / "b\x1b[31m", "train.epochs=3")
    lines = [
        {"epoch": n, "loss": 1.0, "accuracy": n / 4, "val_loss": 1.0, "val_accuracy": n / 4, "learning_rate": 0.1}
        | {"best": True, "dropped_to": None}
        for n in (1, 2, 3)
    ]
    (run / "history.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    data = dict.fromkeys(("train_images", "validation_images", "test_images"), 1)
    data |= {"source": "x", "class_names": ["a"], "validation_origin": "x", "skipped": [], "fingerprint": "x"}
    (run / "result.json").write_text(json.dumps({"complete": False, "data": data, "past": {}}))
    done = program("compare", "a", "b\x1b[31m", "--json", "-o", "page.html")
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)["runs"]
    assert (first["run"], first["epochs"], first["history"]) == ("a", None, [])
    assert second["changes"] == ["train.epochs: 15 -> 3"]
    assert second["val_accuracy"] == 0.75
    assert [epoch["val_accuracy"] for epoch in second["history"]] == [0.25, 0.5, 0.75]
    assert "train.epochs: 15 -&gt; 3" in (tmp_path / "page.html").read_text(encoding="utf-8")
    shown = program("compare", "a", "b\x1b[31m").stdout
    assert "\x1b[31m" not in shown
    assert "B differs from A in:\n  train.epochs: 15 -> 3" in shown
    assert re.search(r"75\.0% \| +B$", shown, re.MULTILINE)


def test_one_run_is_no_comparison(tmp_path, program):
    make_build(tmp_path / "a")
    (tmp_path / "link").symlink_to("a")
    assert program("compare", "a", "a").returncode == 2
    assert program("compare", "a", "link").returncode == 2
    assert program("compare", "a", "nowhere").returncode == 3
