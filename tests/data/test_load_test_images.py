"""Scoring loads the images that training set aside, and no others."""

import numpy as np
import pytest

from resnet_spec.data import load_image_folder as loader
from resnet_spec.data.load_dataset import load_dataset
from resnet_spec.data.load_test_images import load_test_images
from resnet_spec.diagnostic import InputError
from resnet_spec.spec.data import Data


def spec(source, **options):
    return Data.model_validate({"source": source, **options})


def both(data, shape=(4, 4, 3), classes=2):
    """Give the test images of training, and those of scoring."""
    trained = load_dataset(data, shape=shape, classes=classes, seed=3)
    scored = load_test_images(data, shape=shape, classes=classes)
    assert trained.class_names == scored.class_names
    assert trained.source == scored.source
    return trained.test, scored.test


def assert_same(one, other):
    assert one.names == other.names
    assert np.array_equal(one.images, other.images)
    assert np.array_equal(one.labels, other.labels)


@pytest.fixture
def decoded(monkeypatch):
    """Note the names of the files that are decoded."""
    names, decode = [], loader.decode_files

    def note(store, files, **options):
        names.extend(entry.name for entry in files)
        return decode(store, files, **options)

    monkeypatch.setattr(loader, "decode_files", note)
    return names


@pytest.fixture
def flat(png):
    return {f"{name}/{n:02}.png": png(16 * n + ord(name) % 16) for name in "ab" for n in range(12)}


@pytest.mark.parametrize("options", [{}, {"max_images": 1}, {"validation": "test"}])
def test_a_test_split_is_scored_as_it_is(files, folder, options, decoded):
    data = spec({"image_folder": str(folder(files))}, **options)
    assert_same(*both(data))
    decoded.clear()
    load_test_images(data, shape=(4, 4, 3), classes=2)
    assert decoded
    assert all(name.startswith("test/") for name in decoded)


def test_what_training_holds_out_is_what_is_scored(flat, folder, decoded):
    data = spec({"image_folder": {"path": str(folder(flat)), "test_fraction": 0.25}})
    assert_same(*both(data))
    decoded.clear()
    assert len(load_test_images(data, shape=(4, 4, 3), classes=2).test) == 6
    assert len(decoded) == 6


def test_files_that_are_left_out_move_what_is_held_out_and_so_they_do_here(flat, folder):
    broken = {**flat, **{f"a/{n:02}.png": b"no picture" for n in (0, 3, 7)}}
    data = spec({"image_folder": {"path": str(folder(broken)), "test_fraction": 0.25, "on_bad_image": "skip"}})
    assert_same(*both(data))


def test_damaged_training_images_are_none_of_scorings_business(files, folder):
    data = spec({"image_folder": str(folder({**files, "train/a/0.png": b"no picture"}))})
    assert len(load_test_images(data, shape=(4, 4, 3), classes=2).test) == 2
    with pytest.raises(InputError, match=r"train/a/0\.png"):
        load_dataset(data, shape=(4, 4, 3), classes=2, seed=0)
    damaged = spec({"image_folder": str(folder({**files, "test/a/0.png": b"no picture"}, "damaged"))})
    with pytest.raises(InputError, match=r"test/a/0\.png"):
        load_test_images(damaged, shape=(4, 4, 3), classes=2)


@pytest.mark.parametrize("name", ["test", "val", "validation"])
@pytest.mark.parametrize("fraction", [None, 0.2])
def test_one_split_alone_is_enough(files, folder, zipped, name, fraction):
    alone = {path.replace("test", name): content for path, content in files.items() if path.startswith("test/")}
    for place in (folder(alone), zipped(alone)):
        data = spec({"image_folder": {"path": str(place), "test_fraction": fraction}})
        found = load_test_images(data, shape=(4, 4, 3), classes=2)
        assert (found.split_name, len(found.test), found.class_names) == (name, 2, ("a", "b"))
        with pytest.raises(InputError, match="no folder `train`"):
            load_dataset(data, shape=(4, 4, 3), classes=2, seed=0)


def test_a_test_split_comes_before_a_val_split(files, folder, png):
    more = {f"val/{name}/0.png": png(200) for name in "ab"}
    found = load_test_images(spec({"image_folder": str(folder({**files, **more}))}), shape=(4, 4, 3), classes=2)
    assert found.split_name == "test"
    assert found.test.images.max() < 200


def test_images_without_a_split_to_score_on_are_refused(flat, folder):
    data = spec({"image_folder": str(folder(flat))})
    with pytest.raises(InputError, match="no test split") as error:
        load_test_images(data, shape=(4, 4, 3), classes=2)
    assert "test/<class>/" in error.value.diagnostics[0].help


def test_classes_and_sizes_are_still_checked(files, folder):
    alone = {path: content for path, content in files.items() if path.startswith("test/")}
    data = spec({"image_folder": str(folder(alone))})
    with pytest.raises(InputError, match=r"`model\.classes` is 3"):
        load_test_images(data, shape=(4, 4, 3), classes=3)
    with pytest.raises(InputError, match=r"data\.resize"):
        load_test_images(data, shape=(8, 8, 3), classes=2)


def test_classes_that_differ_between_the_splits_are_still_said(files, folder, png):
    data = spec({"image_folder": str(folder({**files, "test/c/0.png": png()}))})
    with pytest.raises(InputError, match="`test` has the class"):
        load_test_images(data, shape=(4, 4, 3), classes=3)


def test_digits_are_held_out_alike():
    assert_same(*both(spec("digits", max_images=50), shape=(8, 8, 1), classes=10))


def arrays(count, seed):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (count, 4, 4, 3)).astype(np.uint8), np.arange(count) % 2


def test_arrays_are_scored_alike_and_one_pair_is_enough(tmp_path):
    (x, y), (xt, yt) = arrays(20, 0), arrays(6, 1)
    np.savez(tmp_path / "both.npz", x_train=x, y_train=y, x_test=xt, y_test=yt)
    np.savez(tmp_path / "train.npz", x_train=x, y_train=y)
    np.savez(tmp_path / "test.npz", x_test=xt, y_test=yt)
    np.savez(tmp_path / "val.npz", x_val=xt, y_val=yt)
    assert_same(*both(spec({"npz": str(tmp_path / "both.npz")})))
    assert_same(*both(spec({"npz": {"path": str(tmp_path / "train.npz"), "test_fraction": 0.3}})))
    for name in ("test", "val"):
        found = load_test_images(spec({"npz": str(tmp_path / f"{name}.npz")}), shape=(4, 4, 3), classes=2)
        assert (found.split_name, found.class_names) == (name, ("0", "1"))
        assert np.array_equal(found.test.images, xt)
    with pytest.raises(InputError, match="no test split"):
        load_test_images(spec({"npz": str(tmp_path / "train.npz")}), shape=(4, 4, 3), classes=2)


def test_training_arrays_are_not_read(tmp_path, monkeypatch):
    from resnet_spec.data import load_npz

    (x, y), (xt, yt) = arrays(20, 0), arrays(6, 1)
    np.savez(tmp_path / "both.npz", x_train=x, y_train=y, x_test=xt, y_test=yt)
    read, real = [], load_npz.npz_array
    monkeypatch.setattr(load_npz, "npz_array", lambda path, name: read.append(name) or real(path, name))
    load_test_images(spec({"npz": str(tmp_path / "both.npz")}), shape=(4, 4, 3), classes=2)
    assert "x_test" in read
    assert "x_train" not in read
