"""NumPy archives: what is read, and what is refused before anything is allocated."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from resnet_spec.data.source_for_path import source_for_path
from resnet_spec.diagnostic import Code, InputError
from resnet_spec.spec.data import Npz


@pytest.fixture
def arrays():
    random = np.random.default_rng(0)
    made = {}
    for split, count in (("train", 20), ("test", 6)):
        made[f"x_{split}"] = random.integers(0, 256, (count, 4, 4, 3), np.uint8)
        made[f"y_{split}"] = np.arange(count) % 2
    return made


@pytest.fixture
def load_npz(tmp_path, load):
    def run(arrays, *, source=None, **options):
        np.savez_compressed(tmp_path / "data.npz", **arrays)
        return load({"npz": {"path": str(tmp_path / "data.npz"), **(source or {})}}, **options)

    return run


def fault(run, code):
    with pytest.raises(InputError) as caught:
        run()
    assert {one.code for one in caught.value.diagnostics} == {code}, caught.value
    return str(caught.value)


def test_arrays_come_back_as_they_were(arrays, load_npz):
    loaded = load_npz({**arrays, "class_names": np.array(["cat", "dog"]), "extra": np.zeros(1)}, validation="test")
    assert loaded.class_names == ("cat", "dog")
    assert np.array_equal(loaded.train.images, arrays["x_train"])
    assert loaded.train.labels.tolist() == arrays["y_train"].tolist()
    assert loaded.train.names[12] == "train[12]"
    assert np.array_equal(loaded.validation.images, loaded.test.images)
    assert loaded.validation_origin == "the test split"
    assert loaded.skipped[0].startswith("extra: ")


def test_other_ways_to_write_the_same(arrays, load_npz):
    plain = load_npz(arrays).fingerprint
    same = {
        **arrays,
        "y_train": arrays["y_train"].astype(">i2")[:, None],
        "x_train": np.asfortranarray(arrays["x_train"]),
    }
    assert load_npz(same).fingerprint == plain


def test_own_validation_and_test_fraction(arrays, load_npz):
    own = {**arrays, "x_val": arrays["x_test"], "y_val": arrays["y_test"]}
    assert load_npz(own).validation.names[0] == "val[0]"
    train = {name: array for name, array in arrays.items() if "train" in name}
    assert "no test split" in fault(lambda: load_npz(train), Code.DATA_LAYOUT)
    assert len(load_npz(train, source={"test_fraction": 0.5}).test) == 10


def test_grey_gets_a_channel_and_becomes_rgb(arrays, load_npz):
    grey = {name: array[..., 0] if name.startswith("x") else array for name, array in arrays.items()}
    assert load_npz(grey, shape=(4, 4, 1)).train.images.shape[1:] == (4, 4, 1)
    rgb = load_npz(grey).train.images
    assert (rgb == rgb[..., :1]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_train": None, "y_test": None}, ["`x_train` is missing", "`y_test` is missing"]),
        ({"x_train": np.zeros((20, 4, 4, 3), np.float32)}, ["float32", "expected uint8"]),
        ({"x_train": np.zeros((20, 48), np.uint8)}, ["(20, 48)", "(images, height, width)"]),
        ({"y_train": np.eye(2, dtype=int)[np.arange(20) % 2]}, ["looks one-hot"]),
        ({"y_train": np.arange(20) % 2 / 1}, ["float64", "expected whole numbers"]),
        ({"y_train": np.zeros(19, int)}, ["(19,)", "(20, 4, 4, 3)"]),
        ({"y_train": np.int64(3)}, ["expected (images,)"]),
        ({"class_names": np.arange(2)}, ["expected a list of texts"]),
        ({"class_names": np.array(["cat", "cat"])}, ["twice"]),
        ({"x_test": np.zeros((0, 4, 4, 3), np.uint8), "y_test": np.zeros(0, int)}, ["test split has no image"]),
        ({"class_names": np.array(["cat", "dog", "emu"])}, ["`emu`"]),
    ],
)
def test_faults_of_the_layout_are_named(arrays, load_npz, change, words):
    changed = {name: array for name, array in {**arrays, **change}.items() if array is not None}
    message = fault(lambda: load_npz(changed, classes=len(changed.get("class_names", "ab"))), Code.DATA_LAYOUT)
    assert all(word in message for word in words), message


def test_labels_and_classes_that_do_not_fit(arrays, load_npz):
    labels = arrays["y_train"].copy()
    labels[7] = 2
    message = fault(lambda: load_npz({**arrays, "y_train": labels}), Code.DATA_MISMATCH)
    assert "the first is 2, of `train[7]`" in message
    labels[7] = -1
    assert "the first is -1" in fault(lambda: load_npz({**arrays, "y_train": labels}), Code.DATA_MISMATCH)
    labels = arrays["y_train"].astype(np.uint64)
    labels[7] = 2**64 - 1
    assert "the first is 9223372036854775807" in fault(
        lambda: load_npz({**arrays, "y_train": labels}), Code.DATA_MISMATCH
    )
    message = fault(lambda: load_npz(arrays, classes=5), Code.DATA_MISMATCH)
    assert "2 classes" in message
    assert "`model.classes` is 5" in message
    named = {**arrays, "class_names": np.array(["cat", "dog"])}
    assert "(cat, dog)" in fault(lambda: load_npz(named, classes=3), Code.DATA_MISMATCH)


def test_sizes_and_channels_that_do_not_fit(arrays, load_npz):
    message = fault(lambda: load_npz(arrays, shape=(8, 8, 3)), Code.DATA_MISMATCH)
    assert "4x4" in message
    assert "8x8" in message
    assert load_npz(arrays, shape=(8, 8, 3), resize="stretch").test.images.shape == (6, 8, 8, 3)
    assert "4x4x3" in fault(lambda: load_npz(arrays, shape=(4, 4, 2)), Code.DATA_MISMATCH)


def member(shape, dtype, body=b""):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"shape": shape, "fortran_order": False, "descr": dtype})
    return head.getvalue() + body


class Payload:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the payload has run')",))


@pytest.mark.parametrize(
    "content",
    [
        member((1,), "|O", pickle.dumps([Payload()])),
        member((10**12,), "|u1"),
        member((10**30, 10**30), "|u1"),
        member((1 << 20, 1 << 20), "|u1", bytes(100)),
        member((-1,), "|u1"),
        member((4,), "|u1", bytes(5)),
        b"\x93NUMPY\x09\x00",
        b"\x93NUMPY\x01\x00\x10\x00{'shape': (((((",
        b"no header",
        b"",
    ],
)
def test_refused_before_allocation(tmp_path, arrays, load, content):
    path = tmp_path / "data.npz"
    np.savez(path, **{name: array for name, array in arrays.items() if name != "x_train"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x_train.npy", content)
    assert "is refused" in fault(lambda: load({"npz": str(path)}), Code.DATA_ARCHIVE)


def test_damage_and_strangers(tmp_path, arrays, load):
    path = tmp_path / "data.npz"
    np.savez(path, **arrays)
    content = bytearray(path.read_bytes())
    content[content.index(arrays["x_train"].tobytes()[:64]) + 5] ^= 1
    path.write_bytes(content)
    assert "damaged" in fault(lambda: load({"npz": str(path)}), Code.DATA_ARCHIVE)
    np.save(tmp_path / "one.npy", arrays["x_train"])
    fault(lambda: load({"npz": str(tmp_path / "one.npy")}), Code.DATA_ARCHIVE)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "x")
    assert "is no array" in fault(lambda: load({"npz": str(path)}), Code.DATA_ARCHIVE)
    fault(lambda: load({"npz": str(tmp_path / "absent.npz")}), Code.DATA_NOT_FOUND)
    fault(lambda: load({"npz": str(tmp_path)}), Code.DATA_LAYOUT)


def test_source_for_path_reads_the_same_file(tmp_path, arrays):
    np.savez(tmp_path / "data.npz", **arrays)
    assert isinstance(source_for_path(str(tmp_path / "data.npz"), None), Npz)
