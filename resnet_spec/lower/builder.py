"""The graph under construction, and the faults met on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span
from resnet_spec.ir import GraphBuilder, Origin, ShapeFault
from resnet_spec.ir.ops import Add, Op
from resnet_spec.lower.scope import Scope
from resnet_spec.spec.expression import Expression
from resnet_spec.spec.layer import Layer
from resnet_spec.spec.model import Model


class Stopped(Exception):
    """No shape can be guessed past a fault, so nothing more can be said."""


@dataclass(slots=True)
class Builder:
    """Adds nodes with their origin, and turns what cannot be into diagnostics."""

    model: Model
    locate: Callable[[Path], Span]
    graph: GraphBuilder = field(default_factory=GraphBuilder)
    faults: list[Diagnostic] = field(default_factory=list)

    def add(
        self, name: str, op: Op, *inputs: str, at: Path, scope: Scope | None = None, layer: Layer | None = None
    ) -> str:
        """Add a node that the YAML at `at` asked for, and give its name back.

        Raises:
            Stopped: it cannot be, and neither can anything after it be judged.

        """
        scope = scope or Scope()
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

    def whole(self, expression: Expression, scope: Scope, at: Path, where: str) -> int:
        """Evaluate a size that must be a whole number of at least 1.

        Raises:
            Stopped: it is not.
        """
        result = expression.evaluate(scope.values)
        if result.denominator != 1 or result < 1:
            message = f"{where}: `{expression.text}` is {float(result):g} here: it must be a whole number of at least 1"
            values = ", ".join(f"{name} = {scope.values[name]:g}" for name in sorted(expression.names))
            self.fault(Code.NOT_WHOLE, message, at, f"with {values}" if values else "")
            raise Stopped
        return int(result)

    def _shape_fault(self, name: str, op: Op, fault: ShapeFault, at: Path, scope: Scope, layer: Layer | None) -> None:
        """Point first at the setting to blame, in the user's own file if it is there; then at what it met."""
        places = [self.locate(path) for path in self._blamed(op, fault.about, at, scope, layer)]
        own = [place for place in places if not place.source.shipped]
        first = (own or places)[0]
        others = tuple(
            (place, "asked for here")
            for place in _one_a_line(places)
            if (place.source, place.line) != (first.source, first.line)
        )
        self.faults.append(Diagnostic(Code.SHAPE, f"{name}: {fault.message}", first, fault.help, others))

    def _blamed(self, op: Op, about: str, at: Path, scope: Scope, layer: Layer | None) -> Iterator[Path]:
        setting = getattr(layer, about, None) if layer is not None and about else None
        if isinstance(setting, Expression):
            yield from (scope.said_at[name] for name in sorted(setting.names) if name in scope.said_at)
        if isinstance(op, Add) and scope.used_by:
            yield scope.used_by
        if layer is not None and setting is not None:
            yield (*at, layer.tag, about)
        yield at
        if scope.used_by:
            yield scope.used_by


def _one_a_line(places: list[Span]) -> list[Span]:
    return list({(place.source, place.line): place for place in reversed(places)}.values())[::-1]
