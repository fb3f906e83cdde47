"""What a spec must survive, one test a row; each row that a golden already pins is read from there.

Rows are: 1 five mistakes; 2 unknown key; 3 a union; 4 type and cross-field; 5 wide characters; 6 SARIF and JSON;
7 codes, in tests/explain; 8 to 14 scalars and features; 15 and 16 bombs; 17 encodings; 18 devices; 19 extends;
20 mutations, in test_mutated_specs; 21 hostile names; 22 shapes; 23 expectations. Where work is timed, it is processor
time: neighbours do not count.
"""

import itertools
import json
import os
import re
import time
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from resnet_spec.compile import compile_spec, compile_text, hold_expectations
from resnet_spec.diagnostic import CheckFailed, Code, Failure, SpecErrors

HERE = Path(__file__).parent
BAD = HERE.parent / "golden" / "bad"
OUTSIDE = HERE.parent / "outside"


def faults(compile_it, text):
    with pytest.raises(SpecErrors) as error:
        compile_it(text)
    return error.value.diagnostics


def pinned(name):
    return (BAD / f"{name}.txt").read_text(encoding="utf-8")


def codes(text):
    return re.findall(r"^error\[(RS\d+)\]", text, re.MULTILINE)


def test_row_1_five_mistakes_are_all_said_in_order_and_once():
    text = pinned("five-faults")
    places = [tuple(map(int, place)) for place in re.findall(r"--> five-faults.yaml:(\d+):(\d+)", text)]
    assert len(places) == len(set(places)) == 5
    assert places == sorted(places)
    assert text.endswith("5 errors\nexit 1\n")


def test_row_2_an_unknown_key_has_a_guess_and_the_allowed_keys():
    text = pinned("RS201-unknown-key")
    assert "RS201-unknown-key.yaml:13:7" in text
    assert "did you mean `learning_rate`? allowed: beta_1, beta_2, epsilon, learning_rate, weight_decay" in text


def test_a_spec_that_stands_alone_extends_none():
    with pytest.raises(SpecErrors) as refused:
        compile_text("name: x\nextends: quickstart\n", "run/spec.yaml")
    (fault,) = refused.value.diagnostics
    assert str(fault.span) == "run/spec.yaml:2:1"
    assert fault.message == "the spec of a run or an ONNX file stands alone, and this one extends another"
    assert "`resnet-spec render SPEC`" in fault.help


@pytest.mark.parametrize(
    ("old", "new", "place", "path"),
    [
        ("- conv: {filters: 4}", "- conv: {filters: [4]}", "net.yaml:6:23", "model.stem[0].conv.filters"),
        ("- norm", "- norm: {momentum: 0.9}", "net.yaml:7:14", "model.stem[1].norm"),
        ("- global_avg_pool", "- 7", "net.yaml:13:7", "model.head[0]"),
        ("activation: softmax", "activation: 7", "net.yaml:14:27", "model.head[1].dense.activation"),
        ("blocks: 1}", "blocks: 1, project: mostly}", "net.yaml:10:54", "model.stages[0].project"),
        ("classes: 3", "classes: 3\n  norm: {batch: {}, group: {}}", "net.yaml:5:9", "model.norm"),
    ],
)
def test_row_3_a_bad_member_of_a_union_is_one_error_on_its_line(compile_text, tiny, old, new, place, path):
    (fault,) = faults(compile_text, tiny.replace(old, new, 1))
    assert str(fault.span) == place
    assert f"`{path}`" in fault.message
    assert not re.search(r"Conv|Dense|Tagged|tuple|union|dict", fault.message)


def test_row_4_a_fault_of_type_does_not_hide_one_of_shape():
    assert set(codes(pinned("type-and-shape"))) == {"RS201", "RS203", "RS306"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("name: 7", Code.WRONG_TYPE),
        ("nmae: tiny", Code.UNKNOWN_KEY),
        ("name: tiny\ntrain: {epochs: true, optimizer: adam}", Code.WRONG_TYPE),
        ("name: tiny\ntrain: {optimizer: adam}", Code.MISSING_KEY),
        ("name: tiny\ndata: {source: digitz}", Code.UNKNOWN_KIND),
        ("name: tiny\nexport: []", Code.WRONG_TYPE),
        ("name: tiny\nextra: 1", Code.UNKNOWN_KEY),
    ],
)
def test_row_4_a_fault_outside_the_model_does_not_hide_those_inside(compile_text, tiny, wrong, code):
    text = (
        tiny.replace("name: tiny", wrong).replace("strides: 2", "strides: 9").replace("filters: 4}", "filters: 9 / 2}")
    )
    assert [fault.code for fault in faults(compile_text, text)] == [code, Code.NOT_WHOLE, Code.SHAPE]
    text = tiny.replace("name: tiny", wrong).replace("strides: 2", "strides: 9")
    assert [fault.code for fault in faults(compile_text, text)] == [code, Code.SHAPE]
    text = tiny.replace("name: tiny", wrong).replace("block: basic", "block: basik", 1)
    assert [fault.code for fault in faults(compile_text, text)] == [code, Code.UNKNOWN_BLOCK]


def test_row_4_what_stands_in_for_a_fault_invents_no_other(compile_text, tiny):
    text = tiny.replace("classes: 3", "classes: ten").replace("{activation: softmax}", "{units: 10}")
    assert [fault.code for fault in faults(compile_text, text)] == [Code.WRONG_TYPE]
    text = tiny.replace("strides: 2", "stride: 2").replace("blocks: 1}", "blocks: 1, project: nver}", 1)
    assert [fault.code for fault in faults(compile_text, text)] == [Code.WRONG_VALUE, Code.UNKNOWN_KEY]


@pytest.mark.parametrize("before", ["", "# 名前\r\n", "# 🙂🙂\r\n# é\r\n", "# tab\there\n"])
@pytest.mark.parametrize("key", ["epochz", "エポック", "🙂", "a\u0301b"])
def test_row_5_the_caret_stands_under_the_fault(program, tmp_path, tiny, before, key):
    line = f'{{オプ: {{}}, "{key}": 1}}'
    (tmp_path / "net.yaml").write_bytes((before + tiny.replace("\n", "\r\n") + f"train: {line}\r\n").encode())
    shown = program("check", "net.yaml").stderr.splitlines()
    number = next(index for index, text in enumerate(shown) if text.startswith(f"error[RS201]: unknown key `{key}`"))
    excerpt, caret = shown[number + 3], shown[number + 4]
    assert caret.index("^") == cell_len(excerpt[: excerpt.index(f'"{key}"')])
    assert caret.count("^") == cell_len(f'"{key}"')


@pytest.fixture
def wrong_spec(tmp_path, tiny):
    name = "größe 10%.yaml"
    text = tiny.replace("classes:", "clases:").replace("strides: 2", "strides: 9") + 'train: {epochs: "1"}\n'
    (tmp_path / name).write_text(text, encoding="utf-8")
    return name


def test_row_5_a_long_line_is_cut_around_the_caret(program, tmp_path, tiny):
    line = f"train: {{{'あ' * 150}: 1, {' ' * 3000}{'x' * 150}: 2}}"
    (tmp_path / "net.yaml").write_text(tiny + line)
    shown = program("check", "net.yaml").stderr.splitlines()
    number = next(index for index, text in enumerate(shown) if text.startswith("error[RS201]: unknown key `xxx"))
    excerpt, caret = shown[number + 3], shown[number + 4]
    assert len(excerpt) < 300
    assert excerpt[caret.index("^") - 1 : caret.index("^") + 1] == " x"


def test_row_6_sarif_json_and_text_say_the_same(program, wrong_spec):
    text, as_json, as_sarif = (program("check", wrong_spec, *flag) for flag in ([], ["--json"], ["--sarif"]))
    assert [run.returncode for run in (text, as_json, as_sarif)] == [1, 1, 1]
    (run,) = json.loads(as_sarif.stdout)["runs"]
    found = json.loads(as_json.stdout)["diagnostics"]
    assert codes(text.stderr) == [fault["code"] for fault in found] == [result["ruleId"] for result in run["results"]]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in run["results"]]
    assert [(r["startLine"], r["startColumn"]) for r in regions] == [(f["line"], f["column"]) for f in found]
    assert len(found) == 4


def test_row_6_sarif_holds_what_the_standard_asks_for(program, wrong_spec, tmp_path):
    (tmp_path / "expect.yaml").write_text("extends: quickstart\nexpect: {macs: 1}\n")
    done = program("check", wrong_spec, "expect.yaml", "missing.yaml", "quickstart", "--sarif")
    log = json.loads(done.stdout)
    schema = json.loads((OUTSIDE / "sarif-2.1.0-required.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {"RS201", "RS203", "RS306", "RS308", "RS108"} <= set(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] in {
            "gr%C3%B6%C3%9Fe%2010%25.yaml", "expect.yaml", "missing.yaml",
        }  # fmt: skip
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": done.returncode}]


def test_row_6_the_hand_kept_schema_refuses_what_is_not_sarif(program, wrong_spec):
    log = json.loads(program("check", wrong_spec, "--sarif").stdout)
    schema = json.loads((OUTSIDE / "sarif-2.1.0-required.schema.json").read_text(encoding="utf-8"))
    valid = jsonschema.Draft7Validator(schema).is_valid
    assert valid(log)
    assert not valid({**log, "version": "2.0"})
    (run,) = log["runs"]
    assert not valid({**log, "runs": [{**run, "tool": {}}]})
    assert not valid({**log, "runs": [{**run, "columnKind": "bytes"}]})
    run["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] = 0
    assert not valid(log)


def test_row_6_a_good_spec_gives_an_empty_log(program):
    done = program("check", "quickstart", "--sarif")
    assert done.returncode == 0
    assert json.loads(done.stdout)["runs"][0]["results"] == []
    assert program("check", "quickstart", "--sarif", "--json").returncode == 2


def test_row_6_json_keeps_to_our_schema(program, wrong_spec):
    schema = json.loads((HERE / "check.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    lines = program("check", wrong_spec, "quickstart", "missing.yaml", "--json").stdout.splitlines()
    for line in lines:
        validator.validate(json.loads(line))
    assert [json.loads(line)["ok"] for line in lines] == [False, True, False]
    assert not validator.is_valid({**json.loads(lines[1]), "ok": False})
    assert not validator.is_valid({**json.loads(lines[0]), "diagnostics": []})


@pytest.mark.parametrize(("text", "value"), [("1e-4", 1e-4), ("1e4", 1e4), ("1.0e4", 1e4), ("12_627_082", 12_627_082)])
def test_row_8_numbers_are_numbers(compile_text, tiny, text, value):
    spec = compile_text(f"{tiny}train: {{epochs: 1, optimizer: {{adam: {{learning_rate: {text}}}}}}}").spec
    assert spec.train.optimizer.learning_rate == value


@pytest.mark.parametrize("name", ["no", "off", "1:30", "2024-13-45", "yes", "0b", "1_"])
def test_row_9_words_are_text(compile_text, tiny, name):
    assert compile_text(tiny.replace("name: tiny", f"name: {name}")).spec.name == name


@pytest.mark.parametrize("number", ["012", ".nan", "1e999", "9" * 5000, "-.inf", "0x10"])
def test_rows_10_and_11_numbers_out_of_range_have_a_hint(compile_text, tiny, number):
    (fault,) = faults(compile_text, tiny.replace("classes: 3", f"classes: {number}"))
    assert fault.code is Code.YAML_SCALAR
    assert str(fault.span) == "net.yaml:4:12"
    assert fault.help


@pytest.mark.parametrize("value", ["true", '"12"', "12.5", "[12]", "{}", ""])
def test_row_12_epochs_are_a_whole_number(compile_text, tiny, value):
    (fault,) = faults(compile_text, f"{tiny}train:\n  optimizer: adam\n  epochs: {value}\n")
    assert fault.code is Code.WRONG_TYPE
    assert fault.span.line == tiny.count("\n") + 3


def test_row_13_a_duplicate_key_shows_both_places():
    text = pinned("RS102-duplicate-key")
    assert "--> RS102-duplicate-key.yaml:2:1" in text
    assert "first given here: RS102-duplicate-key.yaml:1:1" in text


def test_row_14_features_are_refused_at_their_token():
    text = pinned("RS103-features")
    assert set(codes(text)) == {"RS103"}
    assert [int(line) for line in re.findall(r"--> RS103-features.yaml:(\d+)", text)] == [1, 3, 4, 7, 7]
    assert "second document" in pinned("RS103-second-document")


def test_row_15_a_billion_laughs_is_refused_at_once(compile_text):
    names = "abcdefghi"
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    text = "\n".join(lines)
    times = []
    for _ in range(3):
        begin = time.process_time()
        assert faults(compile_text, text)[0].code is Code.YAML_FEATURE
        times.append(time.process_time() - begin)
    assert min(times) < 0.1


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 60_000, "- " * 100_000, "? " * 100_000, "{" * 100_000])
def test_row_16_deep_nesting_meets_a_limit_at_once(compile_text, text):
    times = []
    for _ in range(2):
        begin = time.process_time()
        found = faults(compile_text, text)
        times.append(time.process_time() - begin)
    assert Code.YAML_LIMIT in [fault.code for fault in found]
    assert min(times) < 1


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"name: x\nmodel:\n\tclasses: 3\n", Code.YAML_SYNTAX, (3, 1)),
        ("name: x\n".encode("utf-16"), Code.YAML_ENCODING, (1, 1)),
        (b"name: x\nb: caf\xe9\n", Code.YAML_ENCODING, (2, 7)),
        (b"name: x\nb: \x00\n", Code.YAML_ENCODING, (2, 4)),
        (b"", Code.YAML_EMPTY, (1, 1)),
    ],
)
def test_row_17_what_is_not_our_text_has_a_line_and_a_hint(tmp_path, monkeypatch, content, code, place):
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_bytes(content)
    with pytest.raises(SpecErrors) as error:
        compile_spec("net.yaml")
    (fault,) = error.value.diagnostics
    assert fault.code is code
    assert (fault.span.line, fault.span.column) == place
    assert fault.help


def test_row_18_large_files_pipes_and_devices_are_refused_and_nothing_hangs(program, tmp_path):
    (tmp_path / "large.yaml").write_bytes(b"# much\n" * 300_000)
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "folder.yaml").mkdir()
    names = ["large.yaml", "fifo.yaml", "zero.yaml", "/dev/zero", "folder.yaml", "x" * 5000 + ".yaml", "x" * 5000]
    begin = time.perf_counter()
    done = program("check", *names)
    assert time.perf_counter() - begin < 10
    assert done.returncode == 1
    assert codes(done.stderr) == ["RS107", *["RS108"] * 6]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"net.yaml": "extends: a.yaml\n", "a.yaml": "extends: net.yaml\n"}, "net.yaml -> a.yaml -> net.yaml"),
        ({"net.yaml": "extends: ../../etc/passwd\n"}, "there is no spec `../../etc/passwd`"),
        ({"net.yaml": "extends: ../../etc/passwd.yaml\n"}, "outside"),
        ({"net.yaml": "extends: /etc/passwd.yaml\n"}, "outside"),
        ({"net.yaml": 'extends: "a\\0.yaml"\n'}, "cannot be a path"),
        ({"net.yaml": f"extends: {'a' * 5000}.yaml\n"}, "there is no file"),
        ({"net.yaml": "extends: [a.yaml]\n"}, "names one parent"),
        ({"net.yaml": "extends: a.yaml\n", "a.yaml": "[1]\n"}, "not a mapping"),
        ({"net.yaml": "extends: .\n"}, "there is no spec"),
    ],
)
def test_row_19_a_parent_that_cannot_be_is_an_error_where_it_is_named(tmp_path, monkeypatch, files, says):
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        Path(name).write_text(text)
    with pytest.raises(SpecErrors) as error:
        compile_spec("net.yaml")
    (fault,) = error.value.diagnostics
    assert fault.code is Code.EXTENDS
    assert says in fault.message
    assert fault.help
    assert fault.span.line == 1


def test_row_19_links_out_and_in_circles_are_refused(tmp_path, monkeypatch):
    outside = tmp_path / "outside.yaml"
    outside.write_text("name: secret\n")
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")
    Path("link.yaml").symlink_to(outside)
    Path("loop.yaml").symlink_to("loop.yaml")
    for parent in ("link.yaml", "loop.yaml"):
        Path("net.yaml").write_text(f"extends: {parent}\n")
        with pytest.raises(SpecErrors) as error:
            compile_spec("net.yaml")
        assert [fault.code for fault in error.value.diagnostics] == [Code.EXTENDS]


def test_row_19_two_ways_to_one_ancestor_are_fine(tmp_path, monkeypatch, tiny):
    monkeypatch.chdir(tmp_path)
    Path("top.yaml").write_text(tiny)
    Path("left.yaml").write_text("extends: top.yaml\nname: left\n")
    Path("right.yaml").write_text("extends: top.yaml\nname: right\n")
    assert [compile_spec(f"{side}.yaml").spec.name for side in ("left", "right")] == ["left", "right"]
    Path("low.yaml").write_text("extends: left.yaml\nname: low\n")
    assert compile_spec("low.yaml").spec.model == compile_spec("right.yaml").spec.model


HOSTILE = r"\e[31m\e]0;owned\a<script>alert(1)</script>\u202e"


@pytest.mark.parametrize(
    "command",
    [
        ["check", "net.yaml"], ["check", "net.yaml", "--json"], ["show", "net.yaml"], ["show", "net.yaml", "--json"],
        ["show", "net.yaml", "--format", "markdown"], ["check", "net.yaml", "--set", "model.classes=x"],
        ["check", "net.yaml", "--set", "model.classes=x", "--sarif"], ["check", "\x1b[31m.yaml"],
        ["check", "net.yaml", "--set", "expect.macs=1"], ["explain", "\x1b[31m"], ["render", "net.yaml"],
        ["check", "\x1b[31m.yaml", "--sarif"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_row_21_hostile_names_are_shown_and_not_obeyed(program, tmp_path, tiny, command):
    text = tiny.replace("name: tiny", f'name: "{HOSTILE}"\ndescription: "{HOSTILE}"')
    (tmp_path / "net.yaml").write_text(text + f'expect: {{source: "{HOSTILE}"}}\n')
    done = program(*command)
    assert done.returncode in (0, 1, 2, 4)
    assert "Traceback" not in done.stderr
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("RS306-stride-past-the-image", ["8 x 8 x 4"]),
        ("RS306-groups", ["4 input channels", "3 groups"]),
        ("RS306-add-of-two-shapes", ["8 x 8 x 4", "4 x 4 x 8"]),
    ],
)
def test_row_22_a_network_that_cannot_be_is_shown_at_the_line_that_made_it(name, shapes):
    text = pinned(name)
    assert re.search(rf"--> {name}.yaml:\d+:\d+", text)
    assert all(shape in text for shape in shapes)


def test_row_23_a_count_that_differs_shows_both_and_the_difference(compile_text, tiny):
    with pytest.raises(CheckFailed) as error:
        hold_expectations(compile_text(tiny + "expect: {total_params: 1_000, macs: 5}\n"))
    params, macs = error.value.diagnostics
    assert re.search(r"is [\d,]+, but 1,000 is expected: [+-][\d,]+", params.message)
    assert "Conv2D" in params.help
    assert "BatchNormalization" in params.help
    assert str(params.span) == "net.yaml:15:24"
    assert issubclass(CheckFailed, Failure)
    assert str(macs.span) == "net.yaml:15:37"
