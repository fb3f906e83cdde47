"""The entry point: commands, exit codes, and what is said when something fails."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from resnet_spec import __version__
from resnet_spec.cli import (
    bench,
    build,
    check,
    compare,
    diff,
    doctor,
    evaluate,
    explain,
    export,
    import_weights,
    init,
    predict,
    preview,
    render,
    report,
    schema,
    show,
    train,
    zoo,
)
from resnet_spec.diagnostic import Failure


class _Commands(TyperGroup):
    """The commands, which say what is wrong with an option in words of their own."""

    def invoke(self, ctx: Any) -> Any:
        """Leave out what Pydantic writes before the words of whoever refused the value."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as refused:
            refused.message = refused.message.removeprefix("Value error, ")
            raise


app = typer.Typer(
    cls=_Commands,
    name="resnet-spec",
    help="A compiler for residual networks: one YAML spec to a checked, trained and verified ONNX classifier.",
    epilog="Exit codes: 0 ok; 1 the spec is wrong; 2 usage; 3 data or I/O; 4 a check failed; 70 a bug of ours; "
    "75 stopped, resumable; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _module in (
    init, check, show, render, diff, build, preview, train, export, import_weights, evaluate, predict, bench, report,
    compare, zoo, explain, schema, doctor,
):  # fmt: skip
    _module.register(app)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"resnet-spec {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Hold the options of the program itself."""


def main() -> None:
    """Run the program; every way out has an exit code of its own."""
    _open_closed_streams()
    try:
        app()
    except Failure as failure:
        _say(failure)
        _leave(failure.exit_code)
    except KeyboardInterrupt:
        _say_line("interrupted")
        _leave(130)
    except MemoryError as error:
        _say_line(": ".join(filter(None, ("error: out of memory", str(error)))))
        _say_line("A smaller `train.batch_size`, `data.resident_mib` or `model.input.shape` needs less.")
        _leave(3)
    except OSError as error:
        _say_line(f"error: {error.strerror or error}: {error.filename or 'output'}")
        _leave(3)
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is a bug of ours
        if os.environ.get("RESNET_SPEC_DEBUG"):
            import traceback

            traceback.print_exc()
        _say_line(
            f"error: a bug in resnet-spec: {type(error).__name__}: {error}\n"
            "Please report it; RESNET_SPEC_DEBUG=1 shows where it happened."
        )
        _leave(70)


def _open_closed_streams() -> None:
    """Send to nowhere what goes to a stream that was closed before the program began, and not into its first file."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _say(failure: Failure) -> None:
    from resnet_spec.render.diagnostics import print_diagnostics

    print_diagnostics(failure.diagnostics)


def _say_line(text: str) -> None:
    from resnet_spec.render.console import err

    err().print(text, soft_wrap=True)


def _leave(code: int) -> None:
    """Exit without the interpreter complaining about streams that are closed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)
