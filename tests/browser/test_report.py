"""The report as a reader uses it: sorts and filters the layers, opens a stage, prints, reads on a phone."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from PIL import Image

from resnet_spec.compile import compile_spec
from resnet_spec.passes.layer_table import layer_table
from resnet_spec.passes.outline import outline
from resnet_spec.report.comparison import ComparedRun
from resnet_spec.report.facts import Facts, Recipe
from resnet_spec.report.render_comparison import render_comparison
from resnet_spec.report.render_html import render_html
from resnet_spec.report.run_facts import (
    CalibrationFacts,
    ClassScore,
    ConfidenceBin,
    DataFacts,
    Epoch,
    RunFacts,
    Scores,
    WrongImage,
)
from resnet_spec.report.shipping_facts import CallTime, ShippedFile, Shipping, Speed, VerificationFacts

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></script></svg></td></table><iframe src=javascript:alert(1)>",
    "a|b`c``` ~~~ {{ 7 * 7 }}",
    "line\nbreak\ttab",
    "\u202eright to left\u2066 \u05d0\u05d1\u05d2",
    "\x1b[31m\x07\udcff",
    "--><!-- &lt; ]]>",
)
PLAIN = tuple("abcdefgh")


def picture():
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 40, 40)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def make_shipping(names, name):
    times = tuple(CallTime(batch, 1234.5, 2345.6, 98765.4) for batch in (1, 32))
    numbers = ("float32", "int8-unsigned", "int8-signed", "float16")
    files = tuple(
        ShippedFile(word, "ab" * 32, 50_543_616, kind, 0.9, 6_000, 0.9012, 0.3, 53, 53, times)
        for word, kind in zip(names, numbers * 2, strict=True)
    )
    return Shipping(name, 2, name, files, ())


def make_facts(names=PLAIN, name="net", spec="resnet50"):
    """Facts of a trained network, with these names in every place that takes one from outside."""
    compiled = compile_spec(spec)
    cost, size = compiled.cost, len(names)
    epochs = tuple(Epoch(n, 2 / n, n / 9, 2 / n, n / 9, 0.1, 1.5, 900.0, True, None) for n in range(1, 9))
    confusion = tuple(tuple(5 if i == j else int(j == (i + 1) % size) for j in range(size)) for i in range(size))
    classes = tuple(ClassScore(word, place, 0.9, 0.8, 0.85) for place, word in enumerate(names))
    run = RunFacts(
        epochs, "val_accuracy", 8, 12.0,
        DataFacts(name, names, 100, 10, 6 * size, name, names),
        Scores(0.9, 0.8, 0.8, 0.5, None, confusion, classes),
        VerificationFacts(256, (1, 2), 1e-6, 1e-6, 1e-4, 1.0, 17, {"Conv": 53}, name, 1 << 20, "ab" * 32),
        True,
        CalibrationFacts((ConfidenceBin(6 * size, 0.7, 0.8),), 0.1),
        tuple(WrongImage(n, n, names[0], 0.9, picture(), "mistakes/01.png") for n in names[1:]),
        Speed(6 * size, 99.0),
        make_shipping(names, name),
    )  # fmt: skip
    return Facts(
        name, name, name, "cd" * 32, Recipe((name,), (name,)), outline(compiled.graph), layer_table(compiled.graph),
        cost.total_params, cost.trainable_params, cost.non_trainable_params, cost.macs, (), ((name, name),), run,
    )  # fmt: skip


@pytest.fixture
def report(tmp_path, open_page):
    """Open the report of facts."""

    def open_it(facts, **options):
        path = tmp_path / "report.html"
        path.write_text(render_html(facts), encoding="utf-8")
        return open_page(path, **options)

    return open_it


def column(page, label, place, visible=True):
    rows = page.locator(f"[aria-label='{label}'] tbody tr{':visible' if visible else ''}")
    return rows.evaluate_all(f"rows => rows.map(row => row.cells[{place}].textContent)")


def test_the_layers_sort_by_number_and_back_and_by_name(report):
    seen = report(make_facts())
    names = column(seen.page, "Layers", 0)
    head = seen.page.locator("[aria-label='Layers'] th", has_text="Parameters")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    counts = [int(text.replace(",", "")) for text in column(seen.page, "Layers", 3)]
    assert counts == sorted(counts)
    assert counts[-1] == 2_359_296
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(seen.page, "Layers", 3)[0] == "2,359,296"
    seen.page.locator("[aria-label='Layers'] th", has_text="Name").get_by_role("button").click()
    assert column(seen.page, "Layers", 0) == sorted(names)
    assert head.get_attribute("aria-sort") is None
    seen.page.locator("[aria-label='Layers'] th", has_text="Output shape").get_by_role("button").click()
    assert column(seen.page, "Layers", 2)[-1] == "114 × 114 × 64"  # noqa: RUF001
    assert seen.quiet()


def test_the_layers_are_filtered_and_the_rest_is_summed_up(report):
    seen = report(make_facts())
    box = seen.page.get_by_label("Show layers with")
    box.fill("Conv2D 112")
    assert column(seen.page, "Layers", 0) == ["stem.conv1"]
    assert seen.page.get_by_role("status").first.text_content() == "1 of 180 layers, 9,408 parameters, 118,013,952 MACs"
    box.fill("nothing of the kind")
    assert column(seen.page, "Layers", 0) == []
    box.fill("")
    assert len(column(seen.page, "Layers", 0)) == 180
    assert seen.page.get_by_role("status").first.text_content() == ""
    assert seen.quiet()


def test_a_stage_opens_to_its_blocks(report):
    seen = report(make_facts())
    stage = seen.page.locator("details.part", has_text="stage3")
    block = stage.get_by_text("block2 to block6: 5 alike")
    assert not block.is_visible()
    stage.locator("summary").click()
    assert block.is_visible()
    assert stage.get_by_text("conv 1 × 1, 1,024, stride 2 · norm").is_visible()  # noqa: RUF001
    seen.page.get_by_role("button", name="Open all parts").click()
    assert seen.page.locator("details.part[open]").count() == 7
    seen.page.get_by_role("button", name="Close all parts").click()
    assert seen.page.locator("details.part[open]").count() == 0
    assert seen.quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_the_page_sideways(report, scheme):
    seen = report(make_facts(), width=390, scheme=scheme)
    seen.page.get_by_role("button", name="Open all parts").click()
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
    assert seen.quiet()


def long_run(rows=45):
    facts = make_facts(spec="quickstart")
    epochs = tuple(replace(facts.run.epochs[0], epoch=n, learning_rate=0.09989) for n in range(1, rows + 1))
    return replace(facts, spec_yaml="line\n" * 90, run=replace(facts.run, epochs=epochs))


HEIGHTS = "box => [box.scrollHeight, box.clientHeight]"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_box_that_hides_rows_says_so_and_the_spec_is_in_none(report, width):
    seen = report(long_run(), width=width)
    inner, outer = seen.page.locator("[aria-label='Epochs']").evaluate(HEIGHTS)
    assert inner > outer
    assert seen.page.get_by_text("Scroll the table to see all 45 rows.").is_visible()
    spec = seen.page.locator("[aria-label='Resolved spec']")
    inner, outer = spec.evaluate(HEIGHTS)
    assert inner == outer
    spec.evaluate("box => box.style.maxHeight = '9rem'")
    inner, outer = spec.evaluate(HEIGHTS)
    assert inner > outer, "the check would see a box that is cut"


def test_a_box_that_hides_no_row_says_nothing(report):
    seen = report(long_run(rows=24))
    inner, outer = seen.page.locator("[aria-label='Epochs']").evaluate(HEIGHTS)
    assert inner == outer
    assert seen.page.get_by_text("Scroll the table to see all 24 rows.").count() == 0


def test_a_phone_shows_epochs_up_to_the_learning_rate(report):
    seen = report(long_run(), width=390)
    edge = "element => element.getBoundingClientRect().right"
    box = seen.page.locator("[aria-label='Epochs']")
    heads = [head.evaluate(edge) for head in box.locator("th button").all()]
    assert heads[5] <= box.evaluate(edge) < heads[6], "the seventh is to be scrolled to"


def test_paper_shows_what_the_screen_folds_away(report):
    seen = report(make_facts())
    hidden = seen.page.get_by_text("block2 to block6: 5 alike")
    height = "element => element.getBoundingClientRect().height"
    seen.page.emulate_media(media="print")
    assert hidden.evaluate(height) > 0
    assert not seen.page.get_by_role("button", name="Open all parts").is_visible()
    boxes = seen.page.locator(".scroll").evaluate_all(
        "all => all.map(box => [box.scrollHeight, box.clientHeight, box.scrollWidth, box.clientWidth])"
    )
    assert all(inner <= outer for inner, outer, _, _ in boxes), "something is cut off"


def test_without_script_everything_is_there(report):
    seen = report(make_facts(), java_script_enabled=False)
    assert seen.page.locator("[aria-label='Layers'] tbody tr").count() == 180
    seen.page.locator("details.part summary").nth(2).click()
    assert seen.page.get_by_text("block2 to block3: 2 alike").first.is_visible()
    assert seen.page.get_by_role("button").count() == 0


CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, svg") || !element.checkVisibility()) continue;
    const pair = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) low.push([walker.currentNode.data.trim().slice(0, 30), ratio]);
  }
  return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(report, scheme):
    seen = report(make_facts(), scheme=scheme)
    seen.page.get_by_role("button", name="Open all parts").click()
    assert seen.page.evaluate(CONTRAST) == []
    seen.page.evaluate("document.body.style.color = '#888'; document.body.style.background = '#777'")
    assert seen.page.evaluate(CONTRAST), "the check would see a low contrast"


SHAPE = "all => all.map(table => [...table.rows].map(row => row.cells.length))"


def test_hostile_names_are_text_and_tables_stay_whole(report):
    plain = report(make_facts(spec="quickstart"))
    shape = plain.page.locator("table").evaluate_all(SHAPE)
    for name in HOSTILE:
        seen = report(make_facts(HOSTILE, name, "quickstart"))
        assert seen.page.locator("table").evaluate_all(SHAPE) == shape
        assert seen.page.locator("iframe, script:not(body > script:last-child), [onerror], [onmouseover]").count() == 0
        assert seen.page.locator("img").count() == len(HOSTILE) - 1
        assert seen.page.locator("section").count() == plain.page.locator("section").count()
        assert seen.page.title().endswith("resnet-spec report")
        seen.page.locator("[aria-label='Classes'] th", has_text="Class").get_by_role("button").click()
        assert len(column(seen.page, "Classes", 0)) == len(HOSTILE)
        assert seen.quiet(), seen.said + seen.asked
    assert "<script>alert(1)</script>" in column(seen.page, "Classes", 0)


def test_this_browser_would_notice(report, tmp_path, open_page):
    text = render_html(make_facts(spec="quickstart")).replace(
        "<h1>net", "<h1><img src=https://127.0.0.1:9/x onerror=alert(1)>net"
    )
    path = tmp_path / "attacked.html"
    path.write_text(text, encoding="utf-8")
    assert open_page(path).said, "the content policy refuses, and says so"
    path.write_text(text.replace("Content-Security-Policy", "nothing"), encoding="utf-8")
    seen = open_page(path)
    seen.page.wait_for_timeout(300)
    assert not seen.quiet()


def test_a_build_opens_as_quietly(report):
    seen = report(replace(make_facts(), run=None))
    assert seen.page.get_by_text("built, not trained").is_visible()
    assert seen.quiet()


def test_a_comparison_sorts_fits_a_phone_and_stays_quiet(tmp_path, open_page):
    path = tmp_path / "compare.html"
    facts = make_facts(HOSTILE, HOSTILE[2], "quickstart")
    runs = [ComparedRun(label, facts, (label,)) for label in (*HOSTILE, "runs/plain")]
    path.write_text(render_comparison(runs), encoding="utf-8")
    seen = open_page(path, width=390)
    assert seen.page.locator("svg.plot").count() == 4
    assert seen.page.locator(".legend li").count() == len(runs)
    head = seen.page.locator("[aria-label='Figures'] th", has_text="Run")
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    assert column(seen.page, "Figures", 1)[0] == "runs/plain"
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
    assert seen.page.evaluate(CONTRAST) == []
    assert seen.page.locator("iframe, img").count() == 0
    assert seen.quiet(), seen.said + seen.asked
