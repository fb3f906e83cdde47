"""Row 20: whatever a file holds, the compiler gives a spec or located faults, in time, and never another exception."""

import copy
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_spec.compile import compile_spec, hold_expectations
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.compile.write_yaml import write_yaml
from resnet_spec.diagnostic import CheckFailed, SpecErrors
from resnet_spec.document import parse, read_source
from resnet_spec.render.sarif import sarif

SECONDS = 2
MUTANTS = 600
ODD = [
    None, True, -1, 0, 1, 10**6, 10**30, 1e300, -1e-300, "", "no", "x" * 300, "filters", "filters / 0", "depth * 3",
    "é", "\u202e", [], {}, [[]], {"": 1}, {"conv": None}, {"a": 1, "b": 2}, [1, 2, 3], "relu", "none", "sgd",
]  # fmt: skip
TOKENS = [b"\t", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"[", b"}", b": ", b"- ", b"*a", b"&a ", b"!!", b"%", b'"',
          b"012", b"9" * 50, b"\n", b"|\n", b"? ", b"<<", b"---\n", b'"\\UFFFFFFFF"', b'"\\ud800"']  # fmt: skip

MIXED = [*TOKENS, b"name: x\n", b"model:\n", b"  stem: ", b"conv", b"  ", b", "]

# A network is only as slow as it is deep: the deepest are left to the tests of their own.
TEXTS = {
    name: text
    for name, path in shipped_specs().items()
    if len(text := path.read_bytes()) < 20_000 and name not in ("resnet1202", "resnet110", "preresnet164")
}


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory):
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("fuzz"))
    yield
    os.chdir(before)


def survive(content: bytes) -> bool:
    """Compile a file; say whether it was refused."""
    Path("net.yaml").write_bytes(content)
    begin = time.process_time()
    found = diagnostics()
    assert time.process_time() - begin < SECONDS
    for fault in found:
        assert fault.message
        assert fault.help
        if fault.span is not None:
            inside(fault.span)
    assert sarif([("net.yaml", fault) for fault in found], 1)["runs"]
    return bool(found)


def diagnostics():
    try:
        hold_expectations(compile_spec("net.yaml"))
    except (SpecErrors, CheckFailed) as failure:
        return failure.diagnostics
    return ()


def inside(span):
    lines = span.source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 1 <= span.line <= span.end_line <= len(lines)
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1
    assert (span.line, span.column) <= (span.end_line, span.end_column)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_random_text(text):
    survive(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes(content):
    survive(content)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(MIXED), max_size=40))
def test_random_tokens(tokens):
    survive(b"".join(tokens))


def test_mutated_bytes():
    chance = random.Random(20)
    refused = sum(survive(mutate_bytes(chance)) for _ in range(MUTANTS))
    assert MUTANTS / 3 < refused < MUTANTS


def test_mutated_values():
    chance = random.Random(21)
    values = {name: parse(read_source(shipped_specs()[name])).value for name in TEXTS}
    refused = sum(survive(write_yaml(mutate_value(chance, values)).encode()) for _ in range(MUTANTS))
    assert MUTANTS / 3 < refused < MUTANTS


def mutate_bytes(chance):
    content = bytearray(TEXTS[chance.choice(list(TEXTS))])
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(content) + 1)
        change = chance.randrange(4)
        if change == 0:
            content[at : at + chance.randrange(12)] = b""
        elif change == 1:
            content[at:at] = chance.choice(TOKENS)
        elif change == 2:
            other = chance.randrange(len(content) + 1)
            content[at:at] = content[other : other + chance.randrange(60)]
        else:
            content[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(content)


def mutate_value(chance, values):
    value = copy.deepcopy(values[chance.choice(list(values))])
    for _ in range(chance.choice([1, 1, 2, 4])):
        places = list(walk(value))
        parent, key = chance.choice(places)
        change = chance.randrange(5)
        if change == 0:
            del parent[key]
        elif change == 1:
            parent[key] = chance.choice(ODD)
        elif change == 2:
            other, name = chance.choice(places)
            parent[key] = copy.deepcopy(other[name]) if name in other or isinstance(name, int) else None
        elif change == 3 and isinstance(parent, dict):
            parent[key[:-1] + chance.choice("xyz_")] = parent.pop(key)
        elif isinstance(parent, list):
            parent.insert(key, copy.deepcopy(chance.choice(ODD)))
        else:
            parent[chance.choice(["extra", "strides", "path", "sgd", "units"])] = copy.deepcopy(chance.choice(ODD))
        if not value:
            break
    return value


def walk(value):
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from walk(value[key])
