"""The graph under construction, and the faults met on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span
from resnet_spec.ir import GraphBuilder, Node, Origin, ShapeFault
from resnet_spec.ir.ops import Activation, Add, AvgPool, Conv2D, Dense, Flatten, GlobalAvgPool, MaxPool, Op, Pad
from resnet_spec.ir.shape import Shape
from resnet_spec.lower.guess import Guess, agreed, all_guessed, guessed
from resnet_spec.lower.lasting_fault import lasting_fault
from resnet_spec.lower.scope import Scope
from resnet_spec.lower.stand_ins import NONE, StandIns
from resnet_spec.spec.expression import MAX_SIZE, Expression, sizes_in
from resnet_spec.spec.layer import Layer
from resnet_spec.spec.model import Model

MAX_LAYERS = 20_000
LOOKED_AT = 2_000
"""Layers beyond them that are looked at for other faults."""

# What comes out of these has as many axes as it must, whatever went in.
_SETS_AXES = (Conv2D, MaxPool, AvgPool, GlobalAvgPool, Pad, Flatten, Dense)


class Full(Exception):
    """The network has too many layers, and more of them would say nothing new."""


@dataclass(slots=True)
class Builder:
    """Adds nodes with their origin, and turns what cannot be into diagnostics.

    After a fault it goes on with guesses; what is wrong only because of a guess is no fault.
    """

    model: Model
    locate: Callable[[Path], Span]
    stand_ins: StandIns = NONE
    graph: GraphBuilder = field(default_factory=GraphBuilder)
    faults: list[Diagnostic] = field(default_factory=list)
    said: set[tuple[Span, Code, str]] = field(default_factory=set)
    adrift: set[str] = field(default_factory=set)
    """Nodes of which not even the number of axes is known."""
    doubtful: set[str] = field(default_factory=set)
    """Nodes that might be other ones, were the document not wrong."""
    full: bool = False

    def add(
        self, name: str, op: Op, *inputs: str, at: Path, scope: Scope | None = None, layer: Layer | None = None
    ) -> str:
        """Add a node that the YAML at `at` asked for, and give its name back.

        Raises:
            Full: there are more layers than any network needs.
        """
        scope = scope or Scope()
        self._keep_within_limit(name, scope)
        origin = Origin(self.locate(at), self.locate(scope.used_by) if scope.used_by else None)
        shapes = tuple(self.graph.shape(source) for source in inputs)
        drifts = any(source in self.adrift for source in inputs)
        adrift = drifts and not isinstance(op, _SETS_AXES)
        try:
            self.graph.add(name, op, *inputs, origin=origin)
        except ShapeFault as fault:
            lasting = lasting_fault(op, fault, shapes)
            if lasting is not None and (lasting.about or not drifts) and not self._may_suit(op, lasting, at):
                self._shape_fault(name, op, lasting, at, scope, layer)
            if fault.guess is None:
                self.graph.nodes[name] = Node(name, op, inputs, shapes, _after(op, shapes[0]), origin)
                adrift = len(shapes[0]) != 3
        if adrift:
            self.adrift.add(name)
        if isinstance(op, Add) and len(shapes[0]) == len(shapes[1]):
            self._reshape(name, agreed(*shapes))
        if self.stand_ins.touches(at):
            self._doubt(name, op, at)
        return name

    def unknown(self, name: str, x: str, at: Path) -> str:
        """Add a node in the place of layers that nobody can know."""
        self.graph.add(name, Activation("linear"), x, origin=Origin(self.locate(at)))
        self._reshape(name, all_guessed(self.graph.shape(name)))
        self.adrift.add(name)
        self.doubtful.add(name)
        return name

    def fault(self, code: Code, message: str, path: Path, help: str) -> None:
        """Note a fault at the value of a path."""
        self.faults.append(Diagnostic(code, message, self.locate(path), help))

    def evaluate(self, expression: Expression, scope: Scope, at: Path, where: str) -> Fraction | None:
        """Evaluate a size to whatever number it is; None where it is wrong, which is noted, or rests on a guess."""
        if self.stand_ins.covers(at) or not scope.knows(expression.names):
            return None
        try:
            result = expression.evaluate(scope.values)
        except ZeroDivisionError:
            self.refuse(Code.NOT_WHOLE, f"{where}: `{expression.text}` divides by zero here", expression, scope, at)
            return None
        if abs(result) > MAX_SIZE:
            message = f"{where}: `{expression.text}` comes to more than {MAX_SIZE:,} here"
            self.refuse(Code.TOO_LARGE, message, expression, scope, at, "no network needs that: check the factors")
            return None
        return result

    def whole(self, expression: Expression, scope: Scope, at: Path, where: str, help: str = "") -> int:
        """Evaluate a size that must be a whole number of at least 1; give a `Guess` where it is not.

        `help` is for a size that is not whole.
        """
        result = self.evaluate(expression, scope, at, where)
        if result is None:
            return Guess(1)
        if result.denominator == 1 and result >= 1:
            return int(result)
        message = f"{where}: `{expression.text}` is {float(result):g} here: it must be a whole number of at least 1"
        self.refuse(Code.NOT_WHOLE, message, expression, scope, at, help if result > 0 else "")
        return Guess(max(1, round(result)))

    def rounded_up(self, expression: Expression, scope: Scope, at: Path, where: str) -> int:
        """Evaluate a size and round it up; it must be above 0."""
        result = self.evaluate(expression, scope, at, where)
        if result is None:
            return Guess(1)
        return ceil(result) if result > 0 else self._refuse_nothing(result, expression, scope, at, where)

    def rounded(self, expression: Expression, scope: Scope, at: Path, where: str, multiple: int) -> int:
        """Evaluate a size and round it to the nearest multiple, of at least 1; where that is 1, it must be whole."""
        if multiple == 1:
            return self.whole(expression, scope, at, where, "`multiple_of: 8` beside it would round it")
        result = self.evaluate(expression, scope, at, where)
        if result is None:
            return Guess(multiple)
        if result <= 0:
            return self._refuse_nothing(result, expression, scope, at, where)
        return nearest_multiple(result, multiple)

    def _refuse_nothing(self, result: Fraction, expression: Expression, scope: Scope, at: Path, where: str) -> Guess:
        message = f"{where}: `{expression.text}` is {float(result):g} here: it must be above 0"
        return self.refuse(Code.NOT_WHOLE, message, expression, scope, at)

    def refuse(self, code: Code, message: str, expression: Expression, scope: Scope, at: Path, help: str = "") -> Guess:
        """Refuse the value of a size, at the setting that it came from, and give what stands in for it."""
        values = ", ".join(f"{name} = {float(scope.values[name]):g}" for name in sorted(expression.names))
        paths = [at]
        if self.locate(at).source.shipped:
            help = ""  # for whoever can change the layer
            paths += [*self._said(expression, scope), *([scope.used_by] if scope.used_by else [])]
        first, others = self._places(paths)
        help = "; ".join(filter(None, [f"with {values}" if values else "", help])) or "choose other numbers"
        self._say(Diagnostic(code, message, first, help, others), first, expression.text)
        return Guess(1)

    def _keep_within_limit(self, name: str, scope: Scope) -> None:
        if not scope.used_by or len(self.graph.nodes) < MAX_LAYERS + LOOKED_AT * self.full:
            return
        if not self.full:
            self.full = True
            message = f"{name}: the network has more than {MAX_LAYERS:,} layers here"
            self.fault(Code.TOO_LARGE, message, (*scope.used_by, "blocks"), "no network needs that: use fewer blocks")
        raise Full

    def _may_suit(self, op: Op, fault: ShapeFault, at: Path) -> bool:
        """Say whether a setting of the layer that is unknown might mend a fault; groups and strides are sizes."""
        return self.stand_ins.bends_shape(at) and not (isinstance(op, Conv2D) and fault.about in ("groups", "strides"))

    def _doubt(self, name: str, op: Op, at: Path) -> None:
        """Make a guess of what a stand-in may change of a node."""
        self.doubtful.add(name)
        *sides, channels = shape = self.graph.shape(name)
        if self.stand_ins.hides_shape(at):
            self._reshape(name, all_guessed(shape))
            if isinstance(op, Activation):
                self.adrift.add(name)
        elif self.stand_ins.bends_shape(at):
            self._reshape(name, (*all_guessed(tuple(sides)), channels if isinstance(op, Conv2D) else Guess(channels)))

    def _reshape(self, name: str, shape: Shape) -> None:
        node = self.graph.nodes[name]
        if guessed(shape) or guessed(node.shape):
            self.graph.nodes[name] = replace(node, shape=shape)

    def _said(self, expression: Expression, scope: Scope) -> list[Path]:
        return [scope.said_at[name] for name in sorted(expression.names) if name in scope.said_at]

    def _places(self, paths: Iterable[Path]) -> tuple[Span, tuple[tuple[Span, str], ...]]:
        """Choose the first place in the user's own file to point at; the others are notes, one a line."""
        places = [self.locate(path) for path in paths]
        first = next((place for place in places if not place.source.shipped), places[0])
        others = (place for place in _one_a_line(places) if (place.source, place.line) != (first.source, first.line))
        return first, tuple((place, "asked for here") for place in others)

    def _say(self, fault: Diagnostic, place: Span, what: str) -> None:
        """Note a fault, once: every block of a stage has the same, and so has every stage that uses a block."""
        if (place, fault.code, what) not in self.said:
            self.said.add((place, fault.code, what))
            self.faults.append(fault)

    def _shape_fault(self, name: str, op: Op, fault: ShapeFault, at: Path, scope: Scope, layer: Layer | None) -> None:
        """Point first at the setting to blame, in the user's own file if it is there; then at what it met."""
        first, others = self._places(self._blamed(op, fault.about, at, scope, layer))
        what = f"{type(op).__name__} {fault.about}"
        self._say(Diagnostic(Code.SHAPE, f"{name}: {fault.message}", first, fault.help, others), first, what)

    def _blamed(self, op: Op, about: str, at: Path, scope: Scope, layer: Layer | None) -> Iterator[Path]:
        setting = getattr(layer, about, None) if layer is not None and about else None
        for size in sizes_in(setting):
            yield from self._said(size, scope)
        if isinstance(op, Add) and scope.used_by and at[-1] != "path":
            yield scope.used_by
        if layer is not None and setting is not None:
            yield (*at, layer.tag, about)
        yield at
        if scope.used_by:
            yield scope.used_by


def nearest_multiple(size: Fraction, multiple: int) -> int:
    """Round to the nearest multiple, of at least 1 (timm's `make_divisible`)."""
    return max(multiple, int((2 * size + multiple) // (2 * multiple)) * multiple)


def _after(op: Op, x: Shape) -> Shape:
    """Give the shape to go on with behind a layer that cannot be: what is sure of it, and guesses."""
    if len(x) != 3:
        return all_guessed(x)
    return (Guess(x[0]), Guess(x[1]), op.filters if isinstance(op, Conv2D) else x[2])


def _one_a_line(places: list[Span]) -> list[Span]:
    return list({(place.source, place.line): place for place in reversed(places)}.values())[::-1]
