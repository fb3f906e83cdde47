"""The page: its figures, its structure, and names that try to break out of it."""

import base64
import hashlib
import math
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from resnet_spec.passes.layer_table import Layer
from resnet_spec.report.facts import Expectation, Recipe
from resnet_spec.report.render_html import render_html
from resnet_spec.report.render_markdown import render_markdown

VOID = {"meta", "br", "wbr", "img", "link", "input", "hr"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></svg></code></pre><iframe src=javascript:alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "bell\x07 escape\x1b[31m override\u202e broken\udcff line\nbreak",
)


class Page(HTMLParser):
    """What a browser would see: elements with attributes, text, and whether every tag is closed by its own."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text, self.by_tag = [], [], [], {}
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text.append(data)
            self.by_tag.setdefault(self.open[-1] if self.open else "", []).append(data)

    def tags(self):
        return [tag for tag, _ in self.elements]

    def all_text(self):
        return " ".join(" ".join(self.text).split())


def test_page_states_the_figures(facts):
    text = Page(render_html(facts)).all_text()
    for figure in (
        "tiny",
        "A small network.",
        "90.47%",
        "2,563 of 2,595 in all; 32 are not trained",
        "156.7 k multiply-accumulates of convolutions and dense layers",
        "156,720 multiply-accumulates",
        "6 layers: 1 stage with 1 block, between stem and head.",
        "1 h 13 min 4 epochs, 18 min 26 s each",
        "ONNX agrees",
        "8 × 8 × 16",  # noqa: RUF001
        "147,456",
        "1.2e-06",
        "48.2 MiB",
        "Opset 17",
        "a tenth of each class",
        "resnet-spec train tiny.yaml --run runs/tiny",
        "rate drops to 0.0003",
        "conv 3 norm shortcut identity add",
        "4,163 values for one image, 16.3 KiB as 32-bit floats",
        "12.0 KiB have to be held at once",
        "Of the 3 test images that were taken for something else, the 2 with the highest probability.",
        "cat , 89% is dog test/ dog/ 1.png",
        "Expected calibration error: 4.40%",
        "on AMD EPYC with 2 threads and onnxruntime 1.26.0",
        "Accuracy is on 150 test images.",
        "model.onnx float32 48.2 MiB 90.47% 2.00 40.00 750",
        "int8.onnx int8, unsigned 2 of 2 convolutions 12.1 MiB"
        " 0.25 of float32 90.25% 0.22 of 0.3 points lost 0.800 2.5 times as fast 16.00 2.5 times as fast 1,875",
    ):
        assert figure in text, figure


def test_sections_come_in_order_and_headings_skip_no_level(facts):
    page = Page(render_html(facts))
    sections = [attrs["id"] for tag, attrs in page.elements if tag == "section"]
    assert sections == ["built", "cost", "expected", "learned", "quality", "ships", "data", "environment", "reproduce"]
    levels = [int(tag[1]) for tag in page.tags() if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_needs_nothing_from_outside(facts):
    text = render_html(facts)
    page = Page(text)
    policy = next(
        attrs["content"] for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == page.tags().count("script") == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy, "no other script may run"
    assert not re.findall(r"fetch|XMLHttpRequest|import\(|http|innerHTML|eval|document\.write", scripts[0])
    assert not {"link", "iframe", "object", "form", "base"} & set(page.tags())
    references = [attrs[key] for _, attrs in page.elements for key in ("src", "href") if key in attrs]
    assert references
    assert all(reference.startswith(("#", "data:image/png;base64,")) for reference in references)
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))


def test_every_reference_has_one_target_and_no_id_comes_twice(facts):
    text = render_html(facts)
    ids = [attrs["id"] for _, attrs in Page(text).elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:href="|url\()#([^)"]+)', text))
    assert used <= set(ids)


def test_plots_are_labelled_and_headers_have_a_scope(facts):
    page = Page(render_html(facts))
    plots = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert len(plots) == 6
    assert all(plot["role"] == "img" and plot["aria-label"] for plot in plots)
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.elements if tag == "th")


def test_hostile_names_are_inert(facts, trained):
    plain = trained(["a"] * len(HOSTILE), skipped=["b"] * len(HOSTILE))
    plain = Page(render_html(replace(plain, recipe=Recipe(("c",), ("d",)))))
    evil = trained(HOSTILE, skipped=HOSTILE)
    for name in HOSTILE:
        hostile = replace(
            evil,
            name=name,
            description=name,
            recipe=Recipe((name,), (name,)),
            spec_yaml=name,
            spec_sha256=name,
            environment=((name, name), (name, name)),
            run=replace(
                evil.run,
                data=replace(evil.run.data, source=name, validation_origin=name),
                shipping=rename_files(evil.run.shipping, name),
            ),
        )
        text = render_html(hostile)
        page = Page(text)
        drop = {"text", "tspan", "wbr"}  # where a label or a path is broken may differ
        assert [t for t in page.tags() if t not in drop] == [t for t in plain.tags() if t not in drop]
        assert not [key for _, attrs in page.elements for key in attrs if key.startswith("on")]
        assert not set(text) & {"\x07", "\x1b", "\u202e", "\udcff"}
        assert "alert(1)" not in "".join(attrs.get("style", "") for _, attrs in page.elements)
        assert "{{ 7 * 7 }}" in page.all_text()
    assert "<script>alert(1)</script>" in page.all_text()  # it is shown, as text


def rename_files(shipping, name):
    files = tuple(replace(file, name=name) for file in shipping.files)
    return replace(shipping, processor=name, onnxruntime=name, files=files)


def test_files_are_shown_where_they_were_timed(facts):
    def page(**changes):
        return Page(render_html(replace(facts, run=replace(facts.run, **changes))))

    def has_files(page):
        return "Files" in [attrs.get("aria-label") for _, attrs in page.elements]

    shipping = facts.run.shipping
    assert has_files(page())
    assert not has_files(page(shipping=None))
    assert not has_files(page(shipping=replace(shipping, files=())))
    assert has_files(page(verification=None)), "an unfinished training's file was exported by hand"
    plain, smaller = shipping.files
    alone = page(shipping=replace(shipping, files=(smaller,))).all_text()
    assert "12.1 MiB 90.25% 0.22 of 0.3 points lost 0.800 16.00 1,875" in alone, "no float32 to hold it against"
    other = page(shipping=replace(shipping, files=(replace(plain, accuracy=None, images=None), smaller))).all_text()
    assert "48.2 MiB — 2.00" in other
    unlike = page(shipping=replace(shipping, files=(plain, replace(smaller, images=10)))).all_text()
    assert "90.25% 0.22 of 0.3 points lost on 10 images" in unlike
    assert "Accuracy is on" not in unlike


def test_the_parser_of_these_tests_would_see_an_injection(facts):
    text = render_html(facts).replace("A small network.", HOSTILE[1])
    assert "img" in Page(text).tags()


def test_a_build_has_no_section_of_a_run(facts):
    page = Page(render_html(replace(facts, run=None)))
    sections = [attrs["id"] for tag, attrs in page.elements if tag == "section"]
    assert sections == ["built", "cost", "expected", "environment", "reproduce"]
    assert "built, not trained" in page.all_text()
    assert "svg" not in page.tags()
    assert "stage1 8 × 8 × 16 · 1 block · 2.384 k parameters · 147.5 k MACs" in page.all_text()  # noqa: RUF001


def test_a_run_that_stopped_says_so(facts):
    run = replace(facts.run, complete=False, planned_epochs=50, scores=None, verification=None)
    text = Page(render_html(replace(facts, run=run))).all_text()
    assert "This run is not finished : 4 of 50 epochs" in text
    assert "no ONNX file was verified" in text
    assert "No ONNX file was verified." in text
    assert "ONNX agrees" not in text


@pytest.mark.parametrize("bad", [None, math.nan, math.inf, -math.inf])
def test_figures_that_are_none_still_render(facts, bad):
    epoch = replace(
        facts.run.epochs[0],
        **dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"), bad),
        images_per_second=bad,
        best_so_far=False,
    )
    scores = replace(facts.run.scores, test_accuracy=bad, test_loss=bad, confusion=(), per_class=())
    run = replace(facts.run, epochs=(epoch, replace(epoch, epoch=2)), best_epoch=0, scores=scores, seconds=0.0)
    text = Page(render_html(replace(facts, run=run))).all_text()
    assert "no finite value" in text
    assert "None" not in text
    assert "2 epochs in" in text


def test_one_epoch_has_no_curves_and_a_line_that_says_so(facts):
    def page(count):
        return Page(render_html(replace(facts, run=replace(facts.run, epochs=facts.run.epochs[:count], best_epoch=1))))

    said = "One epoch makes no curve; its figures are in the table."
    assert said in page(1).all_text()
    assert "1 epoch in" in page(1).all_text()
    assert page(1).tags().count("svg") == 2  # the confusion matrix and the calibration
    assert said not in page(2).all_text()
    assert page(2).tags().count("svg") == 6


def test_no_epoch_at_all_renders(facts):
    run = replace(facts.run, epochs=(), best_epoch=0, scores=None, verification=None, complete=False)
    assert "No epoch was finished." in Page(render_html(replace(facts, run=run))).all_text()


@pytest.mark.parametrize("relative", [2e-4, math.nan])
def test_parity_beyond_the_tolerance_is_never_called_verified(facts, relative):
    run = replace(facts.run, verification=replace(facts.run.verification, max_relative=relative))
    text = Page(render_html(replace(facts, run=run))).all_text()
    assert "ONNX differs" in text
    assert "ONNX agrees" not in text
    assert "verified" not in text.lower()


def test_expectations_that_hold_differ_or_were_not_measured(facts):
    page = Page(render_html(facts))
    assert page.all_text().count("holds") == 1
    assert "156,720 156,721 differs" in page.all_text()
    assert "Accuracy: published 90.47%, not measured." in page.all_text()
    assert page.tags().count("table") == Page(render_html(replace(facts, expectations=()))).tags().count("table") + 1


def test_a_published_accuracy_is_shown_beside_the_one_reached_and_not_checked(facts):
    rows = (Expectation("accuracy", 0.9125, 0.167, None),)
    page = Page(render_html(replace(facts, expectations=rows)))
    assert (
        "Accuracy: published 91.25%, reached 16.70%. What a training reaches is shown, not checked." in page.all_text()
    )
    assert "holds" not in page.all_text()
    assert not [attrs for _, attrs in page.elements if attrs.get("aria-label") == "Expectations"], "an empty table"


def test_only_long_tables_are_boxed_and_the_box_knows_its_higher_rows(facts, trained):
    def boxes(facts):
        elements = Page(render_html(facts)).elements
        return {attrs["aria-label"]: attrs for _, attrs in elements if "boxed" in attrs.get("class", "").split()}

    assert boxes(trained(epochs=24)) == {}
    assert list(boxes(trained(epochs=25))) == ["Epochs"]
    long = replace(facts, layers=facts.layers * 5)  # rows 5, 11 and 17 are an `Add` with two inputs; 16 are in view
    assert boxes(long)["Layers"]["style"] == "--more: 2"


def test_the_resolved_spec_is_never_folded_away(facts):
    page = Page(render_html(facts))
    assert "details" not in {tag for tag, _ in Page(render_html(replace(facts, parts=()))).elements}, (
        "only the diagram is, and the style sheet opens that on paper"
    )
    assert "details.part::details-content { content-visibility: visible" in render_html(facts)
    assert "name: tiny model: classes: 3" in page.all_text()


def test_a_gap_is_explained_under_the_curves(facts):
    best = replace(facts.run.epochs[-1], accuracy=0.95, val_accuracy=0.6)
    wide = replace(facts, run=replace(facts.run, epochs=(*facts.run.epochs[:-1], best)))
    assert "35 points lower" in Page(render_html(wide)).all_text()
    assert "35 points lower" in render_markdown(wide)
    assert "usual cause" not in Page(render_html(facts)).all_text()


def test_a_thousand_layers_and_a_hundred_classes_render_soon(trained):
    layers = tuple(
        Layer(f"stage{n // 250}.block{n // 10}.conv{n}", "Conv2D", (8, 8, 8), 10, 10, 100, (f"conv{n - 1}",))
        for n in range(1000)
    )
    facts = replace(trained([f"class {n}" for n in range(100)]), layers=layers)
    start = time.perf_counter()
    text = render_html(facts)
    assert time.perf_counter() - start < 20
    assert len(text) < 1_000_000
    page = Page(text)
    assert page.tags().count("tr") > 1100
    assert "numbered as in the table above" in page.all_text()


def test_the_same_facts_give_the_same_page(facts):
    assert render_html(facts) == render_html(facts)
