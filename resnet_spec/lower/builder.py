"""The graph under construction, and the faults met on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NoReturn

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span
from resnet_spec.ir import GraphBuilder, Origin, ShapeFault
from resnet_spec.ir.ops import Add, Op
from resnet_spec.lower.scope import Scope
from resnet_spec.spec.expression import MAX_SIZE, Expression
from resnet_spec.spec.layer import Layer
from resnet_spec.spec.model import Model

MAX_LAYERS = 20_000


class Stopped(Exception):
    """No shape can be guessed past a fault, so nothing more can be said."""


@dataclass(slots=True)
class Builder:
    """Adds nodes with their origin, and turns what cannot be into diagnostics."""

    model: Model
    locate: Callable[[Path], Span]
    graph: GraphBuilder = field(default_factory=GraphBuilder)
    faults: list[Diagnostic] = field(default_factory=list)
    said: set[tuple[Span, str]] = field(default_factory=set)

    def add(
        self, name: str, op: Op, *inputs: str, at: Path, scope: Scope | None = None, layer: Layer | None = None
    ) -> str:
        """Add a node that the YAML at `at` asked for, and give its name back.

        Raises:
            Stopped: it cannot be, and neither can anything after it be judged.
        """
        scope = scope or Scope()
        if len(self.graph.nodes) >= MAX_LAYERS:
            place = (*scope.used_by, "blocks") if scope.used_by else at
            help = "no network needs that: use fewer blocks"
            self.fault(Code.TOO_LARGE, f"{name}: the network has more than {MAX_LAYERS:,} layers here", place, help)
            raise Stopped
        used_by = self.locate(scope.used_by) if scope.used_by else None
        try:
            return self.graph.add(name, op, *inputs, origin=Origin(self.locate(at), used_by))
        except ShapeFault as fault:
            self._shape_fault(name, op, fault, at, scope, layer)
            if fault.guess is None:
                raise Stopped from None
            return name

    def fault(self, code: Code, message: str, path: Path, help: str) -> None:
        """Note a fault at the value of a path."""
        self.faults.append(Diagnostic(code, message, self.locate(path), help))

    def evaluate(self, expression: Expression, scope: Scope, at: Path, where: str) -> Fraction:
        """Evaluate a size to whatever number it is.

        Raises:
            Stopped: it divides by zero, or is beyond every size of a network.
        """
        try:
            result = expression.evaluate(scope.values)
        except ZeroDivisionError:
            self.refuse(Code.NOT_WHOLE, f"{where}: `{expression.text}` divides by zero here", expression, scope, at)
        if abs(result) > MAX_SIZE:
            message = f"{where}: `{expression.text}` comes to more than {MAX_SIZE:,} here"
            self.fault(Code.TOO_LARGE, message, at, "no network needs that: check the factors")
            raise Stopped
        return result

    def whole(self, expression: Expression, scope: Scope, at: Path, where: str) -> int:
        """Evaluate a size that must be a whole number of at least 1.

        Raises:
            Stopped: it is not.
        """
        result = self.evaluate(expression, scope, at, where)
        if result.denominator != 1 or result < 1:
            message = f"{where}: `{expression.text}` is {float(result):g} here: it must be a whole number of at least 1"
            self.refuse(Code.NOT_WHOLE, message, expression, scope, at)
        return int(result)

    def refuse(self, code: Code, message: str, expression: Expression, scope: Scope, at: Path) -> NoReturn:
        """Refuse the value of a size, at the setting that it came from, and give up on the network."""
        values = ", ".join(f"{name} = {float(scope.values[name]):g}" for name in sorted(expression.names))
        paths = [at]
        if self.locate(at).source.shipped:
            paths += [*self._said(expression, scope), *([scope.used_by] if scope.used_by else [])]
        first, others = self._places(paths)
        self.faults.append(Diagnostic(code, message, first, f"with {values}" if values else "", others))
        raise Stopped

    def _said(self, expression: Expression, scope: Scope) -> list[Path]:
        return [scope.said_at[name] for name in sorted(expression.names) if name in scope.said_at]

    def _places(self, paths: Iterable[Path]) -> tuple[Span, tuple[tuple[Span, str], ...]]:
        """Choose the first place in the user's own file to point at; the others are notes, one a line."""
        places = [self.locate(path) for path in paths]
        first = next((place for place in places if not place.source.shipped), places[0])
        others = (place for place in _one_a_line(places) if (place.source, place.line) != (first.source, first.line))
        return first, tuple((place, "asked for here") for place in others)

    def _shape_fault(self, name: str, op: Op, fault: ShapeFault, at: Path, scope: Scope, layer: Layer | None) -> None:
        """Point first at the setting to blame, in the user's own file if it is there; then at what it met.

        Every block of a stage has the same fault: it is said once.
        """
        first, others = self._places(self._blamed(op, fault.about, at, scope, layer))
        if (first, fault.message) not in self.said:
            self.said.add((first, fault.message))
            self.faults.append(Diagnostic(Code.SHAPE, f"{name}: {fault.message}", first, fault.help, others))

    def _blamed(self, op: Op, about: str, at: Path, scope: Scope, layer: Layer | None) -> Iterator[Path]:
        setting = getattr(layer, about, None) if layer is not None and about else None
        if isinstance(setting, Expression):
            yield from self._said(setting, scope)
        if isinstance(op, Add) and scope.used_by and at[-1] != "path":
            yield scope.used_by
        if layer is not None and setting is not None:
            yield (*at, layer.tag, about)
        yield at
        if scope.used_by:
            yield scope.used_by


def _one_a_line(places: list[Span]) -> list[Span]:
    return list({(place.source, place.line): place for place in reversed(places)}.values())[::-1]
