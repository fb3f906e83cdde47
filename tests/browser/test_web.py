"""The page that classifies, served as any server would: an image is dropped on it, and it says what `predict` says."""

from __future__ import annotations

import base64
import functools
import http.server
import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from resnet_spec.cli import main
from resnet_spec.compile import compile_spec
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.find_web_runtime import RUNTIME
from resnet_spec.deploy.lay_out_web import lay_out_web
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.predict import predict
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.write_description import write_description
from resnet_spec.diagnostic import InputError
from resnet_spec.train.run_directory import RunDirectory, write_json
from resnet_spec.weights.weights_file import write_weights

HOSTILE = "</script><script>alert(1)</script>"
NAMES = ("cat", HOSTILE, "line\nbreak", "\u202eright", "猫", "fox")


def model(channels):
    """Look at quarters of an 8 x 6 image: mean over 4 x 3 windows, then a dense layer."""
    weights = np.random.default_rng(channels).normal(size=(4 * channels, 6)).astype(np.float32) / 20
    graph = helper.make_graph(
        [
            helper.make_node("Transpose", ["image"], ["nchw"], perm=[0, 3, 1, 2]),
            helper.make_node("AveragePool", ["nchw"], ["pooled"], kernel_shape=[4, 3], strides=[4, 3]),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        ],
        "quarters",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 8, 6, channels])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 6]) for name in ("logits", "probabilities")],
        [numpy_helper.from_array(weights, "weights")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture
def ship(tmp_path):
    def ship_it(resize, channels=3):
        described = Description("name: x\n", NAMES, (8, 6, channels), resize, "0.1.0")
        path = tmp_path / f"{resize}{channels}.onnx"
        path.write_bytes(write_description(model(channels).SerializeToString(), described, None))
        return path

    return ship_it


@pytest.fixture
def picture(tmp_path):
    """A photograph of nothing, larger than the network's input and of another shape."""
    path = tmp_path / "picture.png"
    coarse = np.random.default_rng(3).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((61, 37), Image.Resampling.BICUBIC).save(path)
    return path


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *arguments):
        pass


@pytest.fixture
def serve():
    """Serve folders on the loopback."""
    servers = []

    def serve_it(folder):
        handler = functools.partial(Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve_it
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def runtime():
    """The npm package, where `ONNXRUNTIME_WEB` names its folder or it was installed here."""
    folder = Path(os.environ.get("ONNXRUNTIME_WEB", "node_modules/onnxruntime-web"))
    if not (folder / "dist" / RUNTIME[0]).is_file():
        pytest.skip("there is no onnxruntime-web: npm install onnxruntime-web")
    return folder


DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/png" }));
  document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
}"""


def drop(page, path):
    page.evaluate(DROP, [HOSTILE, base64.b64encode(path.read_bytes()).decode()])


def answers(page):
    page.wait_for_selector("#said li")
    rows = page.locator("#said li").evaluate_all(
        "all => all.map(row => [row.firstChild.textContent, Number(row.dataset.share)])"
    )
    return [name for name, _ in rows], [share for _, share in rows]


@pytest.mark.parametrize(("resize", "channels"), [("stretch", 3), ("crop", 3), ("crop", 1)])
def test_a_dropped_image_is_classified_as_predict_does(
    ship, picture, serve, runtime, open_page, tmp_path, resize, channels
):
    path = ship(resize, channels)
    lay_out_web(read_network(path), tmp_path / "web", HOSTILE, runtime)
    address = serve(tmp_path / "web")
    seen = open_page(address, width=390)
    assert seen.page.get_by_role("heading", level=1).text_content() == HOSTILE
    drop(seen.page, picture)
    names, shares = answers(seen.page)
    (expected,) = predict(open_classifier(path), [picture], top_k=5)
    assert shares == pytest.approx([share for _, share in expected.classes], abs=1e-5)
    visible = {"line\nbreak": "line\\nbreak", "\u202eright": "\\u202eright"}
    assert names == [visible.get(name, name) for name, _ in expected.classes]
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
    assert all(request.startswith((address, "blob:")) for request in seen.asked)
    assert not seen.said


FORMS = {
    "as it comes": ("", ()),
    "bytes, channels first": ("input: {dtype: uint8, data_format: channels_first}", ()),
    "any size, bytes, logits": ("input: {dtype: uint8, resize: file}, outputs: logits", ()),
    "any size, channels first": ("input: {data_format: channels_first, resize: file}, outputs: probabilities", ()),
    "int8": ("input: {dtype: uint8, resize: file}", ("--int8", "--max-drop", "100")),
    "fp16": ("", ("--fp16", "--max-drop", "100")),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("resize", ["crop", "stretch"])
def test_what_export_lays_out_classifies_as_predict_does(
    form, resize, picture, serve, runtime, open_page, tmp_path, monkeypatch, capsys
):
    export, options = FORMS[form]
    run = RunDirectory(tmp_path / "run")
    run.path.mkdir()
    compiled = compile_spec("quickstart", [f"data.resize={resize}", f"export={{{export}}}"])
    run.spec.write_text(compiled.text)
    random = np.random.default_rng(0)
    shapes = compiled.graph.weight_shapes()
    drawn = {name: random.random(shape, np.float32) for name, shape in shapes.items()}
    write_weights(run.weights, {name: array - 0.5 * name.endswith("kernel") for name, array in drawn.items()})
    write_json(run.environment, {})
    file, web = tmp_path / "model.onnx", tmp_path / "web"
    command = ["export", run.path, "-o", file, "--web", web, "--onnxruntime-web", runtime, *options]
    monkeypatch.setattr("sys.argv", ["resnet-spec", *map(str, command)])
    with pytest.raises(SystemExit, match=r"^0$"):
        main()
    capsys.readouterr()
    seen = open_page(serve(web))
    drop(seen.page, picture)
    names, shares = answers(seen.page)
    (expected,) = predict(open_classifier(file), [picture], top_k=5)
    assert names == [name for name, _ in expected.classes]
    assert shares == pytest.approx([share for _, share in expected.classes], abs=1e-5)
    assert not seen.said


def test_a_chosen_file_works_too_and_what_is_no_image_is_refused(ship, picture, serve, runtime, open_page, tmp_path):
    lay_out_web(read_network(ship("none")), tmp_path / "web", "net", runtime)
    seen = open_page(serve(tmp_path / "web"), scheme="dark")
    seen.page.get_by_label("Drop an image here").set_input_files(picture)
    seen.page.get_by_text("the image is 61 wide and 37 high; this network takes 6 by 8").wait_for()
    fitting = tmp_path / "fitting.png"
    Image.open(picture).resize((6, 8)).save(fitting)
    seen.page.get_by_label("Drop an image here").set_input_files(fitting)
    assert len(answers(seen.page)[0]) == 5
    fitting.write_text("no image")
    drop(seen.page, fitting)
    seen.page.get_by_text("this file is no image that the browser can read").wait_for()
    assert not seen.said


HOLD_THE_FIRST = """() => {
  const decode = createImageBitmap;
  const held = new Promise((release) => { globalThis.release = release; });
  let calls = 0;
  globalThis.createImageBitmap = async (...given) => { if (!calls++) await held; return decode(...given); };
}"""


def test_the_newest_image_answers_last(ship, picture, serve, runtime, open_page, tmp_path):
    path = ship("stretch")
    lay_out_web(read_network(path), tmp_path / "web", "net", runtime)
    seen = open_page(serve(tmp_path / "web"))
    slow = tmp_path / "slow.png"
    Image.new("RGB", (8, 8), "white").save(slow)
    seen.page.evaluate(HOLD_THE_FIRST)
    drop(seen.page, slow)
    drop(seen.page, picture)
    first = answers(seen.page)
    (expected,) = predict(open_classifier(path), [picture], top_k=5)
    assert first[1] == pytest.approx([share for _, share in expected.classes], abs=1e-5)
    seen.page.evaluate("release()")
    seen.page.wait_for_timeout(500)
    assert answers(seen.page) == first
    assert not seen.said


def fake(folder):
    (folder / "dist").mkdir(parents=True)
    for name in RUNTIME:
        (folder / "dist" / name).write_bytes(b"")
    return folder


def test_the_page_is_laid_out_whole_and_hostile_names_are_text(ship, tmp_path):
    network = read_network(ship("crop"))
    lay_out_web(network, tmp_path / "web", HOSTILE, fake(tmp_path / "runtime"))
    files = {path.name for path in (tmp_path / "web").iterdir()}
    assert files == {*RUNTIME, "index.html", "classify.mjs", "model.onnx"}
    text = (tmp_path / "web" / "index.html").read_text(encoding="utf-8")
    assert text.count("<script") == 2
    assert "alert(1)</script>" not in text
    assert onnx.load(tmp_path / "web" / "model.onnx").graph.name == "quarters"


def test_nothing_is_written_over_and_a_missing_package_is_named(ship, tmp_path):
    network = read_network(ship("crop"))
    network = replace(network, name="x")
    with pytest.raises(InputError, match=r"there is no .*ort.wasm.min.mjs") as refused:
        lay_out_web(network, tmp_path / "web", "net", tmp_path / "nothing")
    assert "npm install onnxruntime-web" in refused.value.diagnostics[0].help
    assert not (tmp_path / "web").exists()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "mine").touch()
    with pytest.raises(InputError, match="not empty"):
        lay_out_web(network, tmp_path / "web", "net", fake(tmp_path / "runtime"))
