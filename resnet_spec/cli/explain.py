"""`explain`: what an error code means, with an example that fails and the mended one."""

from __future__ import annotations

from typing import Annotated

import typer

from resnet_spec.diagnostic import Code, did_you_mean


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", epilog="Example: resnet-spec explain RS201")(explain)


def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="Such as RS201; without it, all are listed.")
    ] = None,
) -> None:
    """Explain an error code, or list all of them."""
    from resnet_spec.explain import explain as page_of
    from resnet_spec.render.pages import print_page, print_titles

    if code is None:
        print_titles([page_of(known) for known in Code])
    else:
        print_page(page_of(_known(code)))


def _known(word: str) -> Code:
    try:
        return Code(word.strip().upper())
    except ValueError:
        from resnet_spec.render.printable import printable

        guess = did_you_mean(word.strip().upper(), list(Code))
        hint = "`resnet-spec explain` lists the codes"
        message = " ".join(filter(None, [f"there is no error code `{printable(word)}`:", guess, hint]))
        raise typer.BadParameter(message, param_hint="CODE") from None
