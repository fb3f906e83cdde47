"""`preview`: what a training would look like, seen as a user sees it, and held against what a step sees."""

import json
import struct
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from resnet_spec.compile import compile_spec
from resnet_spec.compile import compile_text as compile_a_text
from resnet_spec.diagnostic import InputError

SPEC = """\
name: looked <b>at</b>
model:
  input: {shape: [8, 8, 3]}
  classes: 2
  stem: [conv: {filters: 4}, norm, relu]
  stages: [{block: basic, filters: 4, blocks: 1}]
  head: [global_avg_pool, dense]
data:
  source: {image_folder: {path: images}}
  augment: [random_flip, random_crop: {padding: 2}]
train: {epochs: 3, batch_size: 8, optimizer: {sgd: {learning_rate: 0.1}}, schedule: {cosine: {warmup: 1}}}
"""


@pytest.fixture
def images(tmp_path):
    """Two classes with hostile names, a broken file; doubles in train, in train and test, and of two labels."""
    random = np.random.default_rng(0)
    for split, count in (("train", 20), ("test", 5)):
        for name in ("<script>a", "b"):
            folder = tmp_path / "images" / split / name
            folder.mkdir(parents=True)
            for place in range(count - 8 * (split == "train" and name == "b")):
                Image.fromarray(random.integers(0, 256, (8, 8, 3)).astype(np.uint8)).save(folder / f"{place:02}.png")
    train, test = tmp_path / "images/train", tmp_path / "images/test"
    for source, target in (
        (train / "<script>a/00.png", train / "<script>a/90.png"),
        (train / "b/03.png", test / "b/91.png"),
        (train / "<script>a/05.png", train / "b/92.png"),
    ):
        target.write_bytes(source.read_bytes())
    (train / "b/99.png").write_bytes((train / "b/00.png").read_bytes()[:60])
    (tmp_path / "net.yaml").write_text(SPEC)
    return tmp_path / "images"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.sources, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for key, value in attrs if key == "src"]

    def handle_data(self, data):
        self.text += data


@pytest.mark.slow
def test_everything_is_seen_before_training(program, images, tmp_path):
    done = program("preview", "net.yaml", "--json", "-o", "look")
    assert done.returncode == 3, "there is a broken file that `train` would stop at"
    assert "99.png" in done.stderr
    assert "on_bad_image: skip" in done.stderr
    found = json.loads(done.stdout)
    seen = found["images"]
    assert [(row["name"], row["test"]) for row in seen["classes"]] == [("<script>a", 5), ("b", 6)]
    assert [row["train"] + row["validation"] for row in seen["classes"]] == [21, 13]
    assert len(seen["broken"]) == 1
    doubles = [set(same["splits"]) for same in seen["duplicates"]]
    assert len(doubles) == 3
    assert sum("test" in splits for splits in doubles) == 1
    assert sum(len(same["labels"]) == 2 for same in seen["duplicates"]) == 1
    assert found["plan"]["steps_per_epoch"] * 8 <= sum(row["train"] for row in seen["classes"])
    assert max(found["plan"]["rates"]) == pytest.approx(0.1, rel=0.01)
    assert found["memory"]["weights"] > found["memory"]["gradients"] > 0

    for name, columns in (("batch.png", 8), ("epochs.png", 4)):
        content = (tmp_path / "look" / name).read_bytes()
        assert struct.unpack(">I", content[16:20])[0] == 12 + columns * 140
    page = Page((tmp_path / "look/preview.html").read_text())
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert len(page.sources) == 2
    assert "looked <b>at</b>" in page.text


def test_what_the_terminal_says(images, compile_text, capsys):
    from resnet_spec.render.preview import print_preview
    from resnet_spec.workflow.find_broken import find_broken
    from resnet_spec.workflow.preview_spec import preview_spec

    for said, policy in (("`train` stops at them", ""), ("left out", ", on_bad_image: skip")):
        compiled = compile_text(SPEC.replace("images}", f"images{policy}}}"))
        found, _ = preview_spec(compiled, "")
        print_preview(found, [])
        assert len(find_broken(found.images)) == (not policy)
        lines = capsys.readouterr().out
        for words in (f"broken      1 file; {said}", "train/b/99.png", "1 in train and test", "1 with several labels"):
            assert words in lines


def test_images_that_grow_are_said_and_shown(images, compile_text, capsys):
    from resnet_spec.render.preview import print_preview
    from resnet_spec.report.render_preview import render_preview
    from resnet_spec.workflow.preview_spec import preview_spec

    for growing in ("", "train: {progressive_resizing: [{size: [6, 4], until_epoch: 2}], "):
        found, sheets = preview_spec(compile_text(SPEC.replace("train: {", growing or "train: {")), "")
        print_preview(found, [])
        words = "6x4 until epoch 2, then 8x8"
        assert (words in capsys.readouterr().out) == bool(growing)
        assert (f"Training images are {words}." in Page(render_preview(found, sheets)).text) == bool(growing)


@pytest.mark.parametrize(
    ("epochs", "words"),
    {
        1: "4x4 until epoch 1",
        2: "4x4 until epoch 2",
        3: "4x4 until epoch 2, then 6x8 until epoch 3",
        4: "4x4 until epoch 2, then 6x8 until epoch 4",
        5: "4x4 until epoch 2, then 6x8 until epoch 4, then 8x8",
    }.items(),
)
def test_only_sizes_that_are_reached_are_named(epochs, words):
    from resnet_spec.workflow.name_sizes import name_sizes

    spans = "train.progressive_resizing=[{size: 4, until_epoch: 2}, {size: [6, 8], until_epoch: 4}]"
    train = compile_spec("quickstart", [spans, f"train.epochs={epochs}"]).spec.train
    assert name_sizes(train, (8, 8, 1)) == words


def test_what_train_leaves_out_stops_no_preview(images, compile_text):
    from resnet_spec.workflow.find_broken import find_broken
    from resnet_spec.workflow.preview_spec import preview_spec

    (images / "train/b/99.png").unlink()
    (images / "train/readme.txt").write_text("where they are from")
    found, _ = preview_spec(compile_text(SPEC), "")
    assert found.images.strangers == ("train/readme.txt: it is in no class folder",)
    assert found.images.broken == find_broken(found.images) == ()


def test_broken_files_are_said_where_too_few_are_left(images, compile_text):
    from resnet_spec.workflow.preview_spec import preview_spec

    for batch_size in (50, 8):  # at 8 all images of a class are broken
        with pytest.raises(InputError) as caught:
            preview_spec(compile_text(SPEC.replace("batch_size: 8", f"batch_size: {batch_size}")), "")
        assert "train/b/99.png" in str(caught.value), batch_size
        for file in (images / "train/b").iterdir():
            file.write_bytes(b"no image")


def test_what_is_shown_is_what_a_step_is_given():
    from resnet_spec.data.load_dataset import load_dataset
    from resnet_spec.train.batches import batches
    from resnet_spec.train.prepare_batch import prepare_batch
    from resnet_spec.train.see_batch import see_batch

    spec = compile_spec("quickstart").spec
    split = load_dataset(spec.data, shape=spec.model.input.shape, classes=10, seed=0).train
    _, batch = next(batches(spec.data, spec.train, len(split), epoch=3, steps=range(2, 3)))
    pool = {"images": split.images, "labels": split.labels.astype(np.int32)}
    given, targets = prepare_batch(batch | pool, spec.data, 10, (8, 8))
    chosen = batch["chosen"].astype(np.int64)
    seen, said = see_batch(split, spec.data, spec.train, 10, epoch=3, chosen=chosen)
    assert np.array_equal(seen, np.asarray(given))
    assert np.array_equal(said, np.asarray(targets))
    assert not np.array_equal(seen, split.images[chosen])


def test_plans_of_every_schedule_can_be_drawn():
    from resnet_spec.report.plot_schedule import plot_schedule
    from resnet_spec.workflow.preview_spec import _plan

    for schedule in ("constant", "plateau", "{cosine: {warmup: 1}}"):
        train = compile_a_text(SPEC.replace("{cosine: {warmup: 1}}", schedule), "net.yaml").spec.train
        plan = _plan(train, 30)
        assert len(plan.rates) == plan.steps_per_epoch * 3 == 9
        assert plan.follows_metric == (schedule == "plateau")
        assert "3 epochs" in plot_schedule(plan)
