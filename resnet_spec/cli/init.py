"""`init`: a new spec, from a few questions."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from resnet_spec.data.survey import Survey
    from resnet_spec.spec.data import Source
    from resnet_spec.workflow.answers import Size

T = TypeVar("T")
Shape = tuple[int, int, int]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog="Example: resnet-spec init flowers.yaml --data flowers.zip --size medium")(init)


def init(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The spec to write [NAME.yaml].")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="PATH", help="Images: a folder, .zip, .tar or .npz; or digits, cifar10, cifar100."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What the network is called.")] = None,
    shape: Annotated[
        str | None, typer.Option("--input", metavar="HxWxC", help="Height, width and channels, e.g. 32x32x3.")
    ] = None,
    classes: Annotated[str | None, typer.Option("--classes", metavar="N", help="Number of classes.")] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="SIZE", help="small, medium or large.")] = None,
) -> None:
    """Write a new spec. What no option says is asked on a terminal; elsewhere it is guessed, and said."""
    from resnet_spec.compile import compile_text
    from resnet_spec.diagnostic import SpecErrors
    from resnet_spec.render.console import out
    from resnet_spec.render.printable import printable
    from resnet_spec.workflow.answers import Answers, Size
    from resnet_spec.workflow.draft_spec import draft_spec
    from resnet_spec.workflow.refuse_existing import refuse_existing
    from resnet_spec.workflow.write_new import write_new

    if file is not None:
        refuse_existing(file)
    images = _settle("data", data, "images", "a guess", _read_data)
    source, survey = _look_at(images)
    seen = f"as in {images}"
    answers = Answers(
        name=_settle("name", name, _guess_name(file, images), "a guess", _read_name),
        shape=_settle("input", shape, *_guess_shape(survey, seen), partial(_read_shape, source)),
        classes=_settle("classes", classes, *_guess_classes(survey, seen), partial(_read_classes, source, survey)),
        size=_settle("size", size, Size.small, "to start with", _read_size),
        source=source,
        survey=survey,
    )
    target = file or Path(f"{_slug(answers.name)}.yaml")
    text = draft_spec(answers)
    try:
        compile_text(text, str(target), own_images=True)
    except SpecErrors as error:
        # Not a fault in a file: there is none yet.
        faults = "; ".join(fault.message for fault in error.diagnostics)
        raise typer.BadParameter(f"these answers make no network: {printable(faults)}") from None
    write_new(target, text)
    shown = printable(shlex.quote(str(target)))
    out().print(f"wrote {shown}\ncheck: resnet-spec check {shown}\ntrain: resnet-spec train {shown}", soft_wrap=True)


def _settle(label: str, given: str | None, guess: T, why: str, read: Callable[[str], T]) -> T:
    """Take what an option said; or else ask on a terminal, and elsewhere guess and say so."""
    from resnet_spec.render.console import err
    from resnet_spec.render.printable import printable

    if given is not None:
        try:
            return read(given)
        except typer.BadParameter as error:
            error.param_hint = f"--{label}"
            raise
    shown = _shown(guess)
    if not sys.stdin.isatty():
        err().print(f"{label}: {printable(shown)} ({printable(why)})", soft_wrap=True)
        return guess
    try:
        answer: T = typer.prompt(label, default=shown, value_proc=read, err=True)
    except typer.Abort:
        raise typer.Exit(130) from None
    return answer


def _shown(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _look_at(images: str) -> tuple[Source, Survey | None]:
    from resnet_spec.data.find_source import find_source
    from resnet_spec.data.survey_source import survey_source
    from resnet_spec.render.console import err
    from resnet_spec.render.printable import printable

    source, there = find_source(images)
    if not there:
        err().print(f"`{printable(images)}` is not there yet: nothing can be counted", soft_wrap=True)
    return source, survey_source(source) if there else None


def _guess_name(file: Path | None, images: str) -> str:
    return _slug(file.stem if file else Path(images).name.partition(".")[0])


def _guess_shape(survey: Survey | None, seen: str) -> tuple[Shape, str]:
    from resnet_spec.workflow.choose_input import choose_input

    if survey is None:
        return (32, 32, 3), "a guess"
    shape, found = choose_input(survey.shape, alike=survey.alike), _shown(survey.shape)
    if not survey.alike:
        return shape, f"the images differ in size; the median of those looked at is {found}"
    return shape, seen if shape == survey.shape else f"the images are {found}"


def _guess_classes(survey: Survey | None, seen: str) -> tuple[int, str]:
    return (survey.classes, seen) if survey else (10, "a guess")


def _slug(name: str) -> str:
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "net"


def _read_data(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter("an empty path names no images: give a folder, a file, or `.` for this folder")
    return text


def _read_name(text: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from resnet_spec.spec.spec import SpecName

    try:
        return str(TypeAdapter(SpecName).validate_python(text))
    except ValidationError:
        raise typer.BadParameter(f"a name has 1 to 200 characters, not {len(text):,}") from None


def _read_shape(source: Source, text: str) -> Shape:
    from resnet_spec.spec.data import BuiltIn

    height, width, channels = _parse_shape(text)
    if isinstance(source, BuiltIn) and not source.fits((height, width, channels), resized=True):
        found = f"the images of {source.tag} are {_shown(source.image_shape)}"
        raise typer.BadParameter(f"{found}, which cannot be made into {_shown((height, width, channels))}")
    return height, width, channels


def _parse_shape(text: str) -> Shape:
    from pydantic import ValidationError

    from resnet_spec.render.printable import printable
    from resnet_spec.spec.model import Input

    match = re.fullmatch(r"\s*(\d{1,9})\s*x\s*(\d{1,9})\s*x\s*(\d{1,9})\s*", text, re.ASCII)
    if not match:
        shown = printable(text)
        raise typer.BadParameter(f"`{shown}` is no input: write height x width x channels, such as 32x32x3")
    try:
        return Input(shape=(int(match[1]), int(match[2]), int(match[3]))).shape
    except ValidationError as error:
        limits = error.errors(include_url=False)[0]["msg"].partition("be ")[2]
        raise typer.BadParameter(
            f"`{text.strip()}` is no input such as 32x32x3: every number must be {limits}"
        ) from None


def _read_classes(source: Source, survey: Survey | None, text: str) -> int:
    from resnet_spec.render.printable import printable
    from resnet_spec.spec.data import BuiltIn, ImageFolder

    if not re.fullmatch(r"\s*\d{1,6}\s*", text, re.ASCII) or int(text) < 2:
        raise typer.BadParameter(f"`{printable(text)}` is no number of classes: write a whole number of at least 2")
    if isinstance(source, BuiltIn) and int(text) != source.classes:
        raise typer.BadParameter(f"{source.tag} has {source.classes} classes, not {int(text)}")
    if isinstance(source, ImageFolder) and survey and int(text) != survey.classes:
        raise typer.BadParameter(f"`{printable(source.path)}` has {survey.classes} classes, not {int(text)}")
    return int(text)


def _read_size(text: str) -> Size:
    from resnet_spec.render.printable import printable
    from resnet_spec.workflow.answers import Size

    if text not in list(Size):
        raise typer.BadParameter(f"`{printable(text)}` is no size: write {', '.join(Size)}")
    return Size(text)
