"""A layer of the language where it stands: evaluates its sizes, and adds its nodes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from resnet_spec.diagnostic import Code, Path
from resnet_spec.ir.ops import Op
from resnet_spec.lower.builder import Builder, nearest_multiple
from resnet_spec.lower.guess import Guess
from resnet_spec.lower.scope import Scope
from resnet_spec.spec.expression import Expression
from resnet_spec.spec.layer import Layer


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer stands, and what it is called."""

    builder: Builder
    layer: Layer
    path: Path
    """Of the layer's item in the document."""
    name: str
    """Path name of its node."""
    scope: Scope

    def add(self, op: Op, *inputs: str, part: str = "") -> str:
        """Add a node for the layer, or for a part of it."""
        return self.builder.add(self.name + part, op, *inputs, at=self.path, scope=self.scope, layer=self.layer)

    def size(self, field: str, default: str | int | None = None) -> int:
        """Evaluate a size; `default` is a number, or a name of the scope. A `Guess` stands in for what is wrong."""
        expression: Expression | None = getattr(self.layer, field)
        if expression is not None:
            return self.builder.whole(expression, self.scope, self._at(field), self.name)
        return self._default(field, default)

    def rounded(self, field: str, default: str, multiple: int) -> int:
        """Evaluate a size, and round it to the nearest multiple, of at least 1."""
        expression: Expression | None = getattr(self.layer, field)
        if expression is not None:
            return self.builder.rounded(expression, self.scope, self._at(field), self.name, multiple)
        size = self._default(field, default)
        return size if isinstance(size, Guess) else nearest_multiple(Fraction(size), multiple)

    def share(self, field: str) -> float:
        """Evaluate a number from 0 to below 1; 0 stands in for what is wrong."""
        expression: Expression = getattr(self.layer, field)
        value = self.builder.evaluate(expression, self.scope, self._at(field), self.name)
        if value is None:
            return 0.0
        if 0 <= value < 1:
            return float(value)
        message = f"{self.name}: `{expression.text}` is {float(value):g} here: `{field}` is at least 0 and below 1"
        self.builder.refuse(Code.WRONG_VALUE, message, expression, self.scope, self._at(field))
        return 0.0

    def fault(self, code: Code, message: str, field: str, help: str) -> None:
        """Note a fault of one of the layer's settings."""
        self.builder.fault(code, message, self._at(field), help)

    def _default(self, field: str, default: str | int | None) -> int:
        if self.builder.stand_ins.covers(self._at(field)) or default in self.scope.guessed:
            return Guess(1)
        value = self.scope.values.get(default) if isinstance(default, str) else default
        if value is None:
            message = f"{self.name}: `{self.layer.tag}` needs `{field}` here"
            help = f"only inside a block is it the block's `{default}` by default"
            self.fault(Code.MISSING_KEY, message, field, help)
            return Guess(1)
        return int(value)

    def _at(self, field: str) -> Path:
        return (*self.path, self.layer.tag, field)
