"""Network -> a static web page that classifies an image in the browser, with everything that it needs beside it.

Enters: a shipped file, and the folder of the npm package `onnxruntime-web`. Leaves: a folder that any web server can
serve. Nothing is fetched here, nor by the page from anywhere else.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from resnet_spec.deploy.find_web_runtime import find_web_runtime
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.one_line import one_line
from resnet_spec.deploy.refuse_full import refuse_full
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.write_atomically import write_atomically


def lay_out_web(network: Network, folder: Path, name: str, runtime: Path) -> None:
    """Write the page into a new folder.

    Args:
        network: the file to classify with.
        folder: where to write; new or empty.
        name: the page's title.
        runtime: the folder of `onnxruntime-web`.

    Raises:
        InputError: the folder is taken or cannot be written, or the package is not there.
    """
    sources = find_web_runtime(runtime)
    _make(folder)
    for source in sources:
        write_atomically(folder / source.name, source.read_bytes())
    write_atomically(folder / "model.onnx", network.content)
    templates = files("resnet_spec.deploy") / "templates"
    write_atomically(folder / "classify.mjs", (templates / "classify.mjs").read_bytes())
    write_atomically(folder / "index.html", _page(network, name).encode())


def _page(network: Network, name: str) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    described, form = network.description, network.description.form
    classes = [one_line(label) for label in described.class_names]
    facts = {
        "shape": described.shape,
        "resize": described.resize,
        "resizes": form.resizes,
        "dtype": form.dtype,
        "data_format": form.data_format,
        "class_names": classes,
    }
    environment = Environment(loader=PackageLoader("resnet_spec.deploy"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("index.html.j2").render(name=one_line(name), classes=classes, facts=facts)


def _make(folder: Path) -> None:
    refuse_full(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make `{folder}`: {error.strerror or error}"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check space and permissions")) from None
