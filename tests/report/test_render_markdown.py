"""The Markdown report, read back by a CommonMark parser that is not ours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from resnet_spec.passes.layer_table import Layer
from resnet_spec.report.escape_markdown import escape_markdown
from resnet_spec.report.facts import Expectation, Recipe
from resnet_spec.report.fence_markdown import fence_markdown
from resnet_spec.report.log_epochs import log_epochs
from resnet_spec.report.render_markdown import render_markdown
from resnet_spec.report.summarize_layers import summarize_layers

SEED = (Path(__file__).parents[1] / "outside" / "eip4_week4_summary.txt").read_text(encoding="utf-8")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![beacon](http://evil.example/x.png)",
    "[link](javascript:alert(1))",
    "a|b|c",
    "`code` ``` ~~~",
    "line\n\n# heading\n| cell |",
    "**bold** _it_ &lt; \\",
    "- item",
    "1. item",
    "---",
    "# title #",
    "<!-- comment",
    "\x1b[31m\u202eabc",
)


def parse(text):
    return MarkdownIt("commonmark").enable("table").parse(text)


def shape(tokens):
    """Block structure with everything but its text."""
    return [(token.type, token.tag, token.info) for token in tokens]


def inline(tokens):
    return {child.type for token in tokens for child in token.children or []}


def shown(tokens):
    return ["".join(child.content for child in token.children) for token in tokens if token.type == "inline"]


def test_report_has_the_parts_of_the_page_that_the_project_began_with(facts):
    tokens = parse(render_markdown(facts))
    titles = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
    assert titles == [
        "tiny",
        "Training Accuracy ~ 99.00%",
        "Test Accuracy ~ 90.47%",
        "Network",
        "Model Summary",
        "Expectations",
        "Model Log",
        "Classes",
        "Mistakes",
        "Parity",
        "Files",
        "Data",
        "Environment",
        "How to reproduce",
    ]
    text = " ".join(shown(tokens))
    assert "Model took 4,423.17 seconds to train." in text
    assert "agrees with the trained network" in text
    assert "model.onnx float32 48.2 MiB 90.47% 2.00 40.00 750" in text
    assert "12.1 MiB (0.25 of float32) 90.25% (0.22 of 0.3 points lost) 0.800 (2.5 times as fast)" in text
    assert "on AMD EPYC with 2 threads and onnxruntime 1.26.0" in text
    fences = [token.content for token in tokens if token.type == "fence"]
    assert [fence.split()[0] for fence in fences] == ["flowchart", "Model:", "Epoch", "resnet-spec", "name:"]


def test_files_that_were_not_timed_have_no_table(facts):
    tokens = parse(render_markdown(replace(facts, run=replace(facts.run, shipping=None))))
    assert "Files" not in [token.content for token in tokens]
    assert "agrees with the trained network" in " ".join(shown(tokens))


def test_a_published_accuracy_is_shown_and_not_checked(facts):
    text = " ".join(shown(parse(render_markdown(facts))))
    assert "Accuracy: published 90.47%, not measured. What a training reaches is shown, not checked." in text
    only = render_markdown(replace(facts, expectations=(Expectation("accuracy", 0.9125, 0.167, None),)))
    assert "published 91.25%, reached 16.70%" in only
    assert "| Figure |" not in only


def test_a_build_says_that_it_was_not_trained(facts):
    text = render_markdown(replace(facts, run=None))
    assert "Built, not trained." in text
    assert "Accuracy ~" not in text
    assert "Model took" not in text


def test_a_stopped_run_says_so(facts):
    run = replace(facts.run, complete=False, planned_epochs=9, scores=None, verification=None)
    text = render_markdown(replace(facts, run=run))
    assert "**This run is not finished**: 4 of 9 epochs" in text
    assert "No ONNX file was verified." in text
    assert "Epoch 4/9\n" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_leave_the_structure_alone(facts, trained, name):
    def report(word):
        base = trained([word, "x"], skipped=[word])
        data = replace(base.run.data, source=word, validation_origin=word)
        files = tuple(replace(file, name=word) for file in base.run.shipping.files)
        shipping = replace(base.run.shipping, processor=word, onnxruntime=word, files=files)
        run = replace(base.run, data=data, shipping=shipping)
        return replace(
            base, name=word, recipe=Recipe((word,), (word,)), spec_yaml=word, environment=((word, word),), run=run
        )

    text = render_markdown(report(name))
    tokens = parse(text)
    assert shape(tokens) == shape(parse(render_markdown(report("plain"))))
    assert inline(tokens) <= {
        "text",
        "text_special",
        "code_inline",
        "softbreak",
        "strong_open",
        "strong_close",
        "image",
    }
    images = [child.attrGet("src") for token in tokens for child in token.children or [] if child.type == "image"]
    assert images == ["mistakes/01.png"]
    assert not set(text) & {"\x1b", "\u202e"}
    assert "http://" not in "".join(token.content for token in tokens if token.type == "inline")


def test_the_parser_of_these_tests_would_see_an_injection():
    for name in HOSTILE[:3]:
        assert inline(parse(f"x {name}")) - {"text"}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_escaped_name_reads_as_it_is(name):
    (text,) = shown(parse(escape_markdown(name)))
    expected = name.replace("\n", "\\n").replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert text == expected


@pytest.mark.parametrize("content", ["```\nx", "`````", "~~~", "    ````", ""])
def test_no_content_ends_its_fence(content):
    tokens = parse(fence_markdown(content, "yaml") + "\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.rstrip("\n") == content


def read_summary(text):
    """Layers of a printed summary: by name, its type's first letters, shape, parameters and inputs."""
    rows = []
    for line in text.splitlines():
        first = re.match(r"(\S+) \((\w+)\)?\s+\(([\d, None]+)\)\s+(\d+)\s*(\S*)$", line)
        more = re.match(r"\s{30,}(\S+)$", line)
        if first:
            name, kind, sizes, params, source = first.groups()
            rows.append([name, kind[:7], sizes, int(params), [source.removesuffix("[0][0]")] if source else []])
        elif more:
            rows[-1][4].append(more[1].removesuffix("[0][0]"))
    return rows


def frame(text):
    """What stands around the rows: title, header, rules (of any length) and totals."""
    rows = re.compile(r"\S+ \(\w+\)?\s+\(|\s")
    return [re.sub(r"([ _=])\1+", r"\1", line) for line in text.splitlines() if not rows.match(line)]


def test_summary_tells_what_the_seed_told(facts):
    told = read_summary(SEED)
    assert sum(row[3] for row in told) == 12_627_082  # nothing was misread
    layers = tuple(
        Layer(name, kind, tuple(int(n) for n in sizes.split(", ")[1:]), params, params, 0, tuple(inputs))
        for name, kind, sizes, params, inputs in told
    )
    seed = replace(
        facts,
        name="model_5",
        layers=layers,
        total_params=sum(layer.params for layer in layers),
        trainable_params=12_619_274,
        non_trainable_params=7_808,
    )
    text = summarize_layers(seed)
    assert read_summary(text) == told
    assert frame(text) == [*frame(SEED), "_"]


def test_a_long_name_widens_the_summary_and_is_not_cut(facts):
    long = replace(facts.layers[1], name="stage4.block12.shortcut.projection.conv1", inputs=("stage4.entry.conv", "x"))
    lines = summarize_layers(replace(facts, layers=(long,))).splitlines()
    row = next(line for line in lines if "projection" in line)
    assert row.startswith("stage4.block12.shortcut.projection.conv1 (Conv2D) (None, 8, 8, 16)")
    assert row.index("stage4.entry.conv") == lines[2].index("Connected to")
    assert lines[lines.index(row) + 1].strip() == "x"


def test_log_follows_the_best_value_and_the_rate(facts):
    first, second, third, _ = facts.run.epochs
    run = replace(facts.run, epochs=(first, second, replace(third, best_so_far=False, val_accuracy=0.1)))
    log = log_epochs(run)
    assert log.startswith("Epoch 1/3\n1.5s - loss: 2.0000 - acc: 0.5000 - val_loss: 2.2000 - val_acc: 0.4000\n")
    assert "Epoch 00001: val_accuracy improved from -inf to 0.40000, saving the best weights" in log
    assert "Epoch 00002: val_accuracy improved from 0.40000 to 0.70000" in log
    assert "Epoch 00002: learning rate reduced to 0.0003" in log
    assert "Epoch 00003: val_accuracy did not improve from 0.70000" in log
    assert "improved from inf to" in log_epochs(replace(run, monitor="val_loss"))
    assert log_epochs(replace(run, complete=False)).startswith("Epoch 1\n")
