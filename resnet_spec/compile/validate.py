"""Document -> Spec: Pydantic's findings become diagnostics, each with a place and a way out."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from resnet_spec.compile.errors_of import errors_of
from resnet_spec.compile.stand_in import stand_in
from resnet_spec.diagnostic import Code, Diagnostic, Path, Span, did_you_mean, nearest
from resnet_spec.document import Document
from resnet_spec.lower import NONE, StandIns
from resnet_spec.spec import Spec
from resnet_spec.spec.activation import ACTIVATIONS, ALIASES
from resnet_spec.spec.describe import describe
from resnet_spec.spec.field import Tagged
from resnet_spec.spec.grammar import kinds_at, node_at, words_at

MOST = 500
"""Faults that are looked into: whoever has more has given the wrong file."""

_NUMBERS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"}
_SYNONYMS = {
    "lr": "learning_rate",
    "bs": "batch_size",
    "batch": "batch_size",
    "stride": "strides",
    "kernel": "kernel_size",
    "channels": "filters",
    "width": "filters",
    "depth": "blocks",
    "num_blocks": "blocks",
    "num_classes": "classes",
    "dropout": "rate",
    "bias": "use_bias",
    "dilation": "dilation_rate",
    "eps": "epsilon",
    "gamma": "scale",
    "beta": "center",
    "batch_norm": "norm",
    "shortcut": "project",
    "params": "trainable_params",
    "flops": "macs",
}
_KINDS = {
    **ALIASES,
    "batch_norm": "norm",
    "bn": "norm",
    "group_norm": "norm",
    "layer_norm": "norm",
    "se": "gate",
    "drop_path": "stochastic_depth",
    "fc": "dense",
}
"""Kinds of layers by the names that others give them."""


def validate(document: Document) -> tuple[Spec | None, StandIns, list[Diagnostic]]:
    """Hold a document against the models of the language.

    Returns:
        The spec, no stand-ins and no fault; or else what can be looked at in the place of the spec, or None, the parts
        of it that only stand in for what is wrong (see `stand_in`), and the faults.
    """
    try:
        return Spec.model_validate(document.value), NONE, []
    except ValidationError as error:
        errors = errors_of(error)[:MOST]
        unknown = (_meant(document, tuple(e["loc"])) for e in errors if e["type"] == "extra_forbidden")
        meant = {path for path in unknown if path[-1]}
        faults = [_diagnose(document, e) for e in errors if tuple(e["loc"]) not in meant]
        return *stand_in(document, errors, lambda path: str(_meant(document, path)[-1])), faults


def _meant(document: Document, path: Path) -> Path:
    """Give the path of the key that an unknown key was probably meant to be, which is then not also missing."""
    node = node_at(document.locate(path[:-1]))
    return (*path[:-1], _near(str(path[-1]), sorted(node.model_fields) if node else []))


def _diagnose(document: Document, error: Any) -> Diagnostic:
    path: Path = tuple(error["loc"])
    kind: str = error["type"]
    if path and path[-1] == "[key]":
        help = "a name is lower case letters, digits and `_`, and starts with a letter"
        return Diagnostic(Code.WRONG_VALUE, f"`{path[-2]}` cannot be a name", document.key_span(path[:-1]), help)
    if kind == "extra_forbidden":
        return _unknown_key(document, path)
    if kind == "missing":
        return _missing_key(document, path)
    if kind.startswith("union_tag"):
        return _unknown_kind(document, path, error)
    return _wrong_value(document, path, error)


def _unknown_key(document: Document, path: Path) -> Diagnostic:
    key, parent = str(path[-1]), document.locate(path[:-1])
    node = node_at(parent)
    allowed = sorted([*node.model_fields, *(() if parent else ("extends",))]) if node else []
    if _is_parameter(document, parent, key):
        message = f"`{key}` is no key of a stage, but a parameter of its block"
        return Diagnostic(
            Code.UNKNOWN_KEY, message, document.key_span((*parent, key)), f"write `parameters: {{{key}: ...}}`"
        )
    near = _near(key, allowed)
    guess = f"did you mean `{near}`?" if near else ""
    listing = f"allowed: {', '.join(allowed)}" if allowed else "nothing can be said here: delete it"
    return Diagnostic(
        Code.UNKNOWN_KEY,
        f"unknown key `{key}` in {_where(parent)}",
        document.key_span((*parent, key)),
        " ".join(filter(None, [guess, listing])),
    )


def _is_parameter(document: Document, parent: Path, key: str) -> bool:
    """Say whether a key of a stage is one of the parameters that its block declares."""
    if parent[:2] != ("model", "stages") or len(parent) != 3:
        return False
    model: Any = document.value["model"]
    blocks, name = model.get("blocks"), model["stages"][parent[2]].get("block")
    block = blocks.get(name) if isinstance(blocks, dict) and isinstance(name, str) else None
    declared = block.get("parameters") if isinstance(block, dict) else None
    return isinstance(declared, dict) and key in declared


def _near(key: str, allowed: list[str]) -> str:
    """Give the allowed key that is spelt most alike, or that other programs call so; else an empty string."""
    known = [*allowed, *(word for word, meant in _SYNONYMS.items() if meant in allowed)]
    word = nearest(key, known)
    return _SYNONYMS.get(word, word)


def _missing_key(document: Document, path: Path) -> Diagnostic:
    parent = document.locate(path[:-1])
    if isinstance(path[-1], int):
        message = f"{_where(parent)}: expected a longer list, of at least {path[-1] + 1}"
        return Diagnostic(Code.WRONG_VALUE, message, document.span(parent), _meaning(parent))
    span = document.key_span(parent) if parent else _first_character(document.span(()))
    return Diagnostic(
        Code.MISSING_KEY, f"missing key `{path[-1]}` in {_where(parent)}", span, _meaning((*parent, path[-1]))
    )


def _first_character(span: Span) -> Span:
    return Span(span.source, span.line, span.column, span.line, span.column + 1)


def _unknown_kind(document: Document, path: Path, error: Any) -> Diagnostic:
    found = document.locate(path)
    kinds = kinds_at(found)
    value = error["input"]
    listing = f"known: {', '.join(_without_activations(kinds))}"
    if isinstance(value, dict) and len(value) != 1:
        keys = ", ".join(f"`{key}`" for key in value) or "no key"
        return Diagnostic(
            Code.UNKNOWN_KIND, f"one kind is expected in {_where(found)}, found {keys}", document.span(found),
            f"give one of them, with its options below it; {listing}",
        )  # fmt: skip
    if isinstance(value, dict):
        (word,) = value
        span = document.key_span((*found, word))
    elif isinstance(value, str):
        word, span = value, document.span(found)
    else:
        return Diagnostic(
            Code.WRONG_TYPE, f"expected one of the kinds in {_where(found)}, found {_shown(value)}",
            document.span(found), listing,
        )  # fmt: skip
    if word in ACTIVATIONS and word in kinds:
        message = f"`{word}` takes no options in {_where(found)}"
        return Diagnostic(Code.WRONG_TYPE, message, span, f"write `{word}` alone")
    return Diagnostic(
        Code.UNKNOWN_KIND,
        f"unknown kind `{word}` in {_where(found)}",
        span,
        " ".join(filter(None, [did_you_mean(_KINDS.get(str(word), str(word)), kinds), listing])),
    )


def _without_activations(kinds: tuple[str, ...]) -> list[str]:
    listed = [kind for kind in kinds if kind not in ACTIVATIONS]
    return listed if len(listed) == len(kinds) else [*listed, "or an activation such as relu"]


def _wrong_value(document: Document, path: Path, error: Any) -> Diagnostic:
    found = document.locate(path)
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    words = words_at(found)
    if kind == "literal_error" or (words and kind not in _NUMBERS):
        guess = did_you_mean(ALIASES.get(value, value), words) if isinstance(value, str) else ""
        message = f"{_where(found)} cannot be {_shown(value)}"
        allowed = f"allowed: {', '.join(words)}"
        return Diagnostic(Code.WRONG_VALUE, message, document.span(found), " ".join(filter(None, [guess, allowed])))
    expected = _EXPECTED.get(kind, error["msg"].removeprefix("Value error, ").removeprefix("expected "))
    if callable(expected):
        expected = expected(context)
    code = Code.WRONG_TYPE if kind.endswith("_type") or kind == "int_from_float" else Code.WRONG_VALUE
    message = f"{_where(found)}: expected {expected}, found {_shown(value)}"
    return Diagnostic(code, message, document.span(found), _hint(kind, value, found) or _meaning(found))


_EXPECTED: dict[str, Any] = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_too_long": lambda c: f"text of at most {c['max_length']} characters",
    "string_pattern_mismatch": "a name of lower case letters, digits and `_`",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "finite_number": "a finite number",
    "greater_than": lambda c: f"a number above {_limit(c['gt'])}",
    "greater_than_equal": lambda c: f"a number of at least {_limit(c['ge'])}",
    "less_than": lambda c: f"a number below {_limit(c['lt'])}",
    "less_than_equal": lambda c: f"a number of at most {_limit(c['le'])}",
    "too_short": lambda c: f"a list of at least {c['min_length']}",
    "too_long": lambda c: f"a list of at most {c['max_length']}",
}


def _limit(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _hint(kind: str, value: Any, path: Path) -> str:
    if value is None:
        return "give a value, or delete the key"
    if kind == "tuple_type":
        return "start every item of a list with `- `, or write `[item, item]`"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        node = node_at(path)
        keys = f", of these keys: {', '.join(sorted(node.model_fields))}" if node else ""
        return f"write `key: value` lines below it, or `{{key: value}}`{keys}"
    if kind == "bool_type" and value in ("yes", "no", "on", "off"):
        return "write `true` or `false`"
    if kind in ("int_type", "float_type") and isinstance(value, str):
        return "remove the quotes" if value.replace(".", "", 1).replace("_", "").isdigit() else ""
    return ""


def _meaning(path: Path) -> str:
    """Say what a setting, or else what it is a part of, means: for whoever has given it a value that it cannot have."""
    if not path:
        return ""
    kind, node, key = node_at(path), node_at(path[:-1]), str(path[-1])
    if kind is not None and issubclass(kind, Tagged) and kind.tag == key and kind.shorthand:
        return f"`{key}`: {describe(kind, kind.shorthand)}"
    text = describe(node, key) if node else ""
    return f"`{key}`: {text}" if text else _meaning(path[:-1])


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'the text `"{value[:60]}"`'
    if isinstance(value, int | float):
        return f"`{value}`"
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else "a mapping"


def _where(path: Path) -> str:
    """Write a path as a person would: `model.stages[2].filters`."""
    text = ""
    for segment in path:
        text += f"[{segment}]" if isinstance(segment, int) else f".{segment}" if text else segment
    return f"`{text}`" if text else "the spec"
