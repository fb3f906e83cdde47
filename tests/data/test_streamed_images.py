"""Images that are not kept: looked at once, then read for every batch, in order, whatever the threads do."""

import tarfile
import threading
import time
from contextlib import closing

import numpy as np
import pytest

from resnet_spec.data import read_ahead as reading
from resnet_spec.data.images import StreamedImages, take_images
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.diagnostic import Code, InputError


@pytest.fixture
def many(png):
    """Two classes, twelve training images and three test images each, and a validation split."""
    splits = (("train", 12), ("test", 3), ("val", 2))
    names = [f"{split}/{name}/{n:02}.png" for split, count in splits for name in "ab" for n in range(count)]
    return {name: png(index * 3, shape=(6, 5, 3)) for index, name in enumerate(names)}


def splits(dataset):
    return dataset.train, dataset.validation, dataset.test


def tarred(files, path, mode):
    with tarfile.open(path, mode) as archive:
        for name in sorted(files.iterdir()):
            archive.add(name, name.name)
    return path


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
@pytest.mark.parametrize("options", [{}, {"max_images": 5}, {"validation": 0.3}])
def test_streamed_images_are_the_resident_ones(many, folder, zipped, tmp_path, load_folder, kind, options):
    place = folder(many)
    path = {"folder": lambda: place, "zip": lambda: zipped(many), "tar": lambda: tarred(place, tmp_path / "x.tar", "w")}
    common = {"shape": (4, 4, 3), "resize": "crop", **options}
    resident = load_folder(path[kind](), **common)
    streamed = load_folder(path[kind](), resident_mib=0, **common)
    assert streamed.fingerprint == resident.fingerprint
    for ours, theirs in zip(splits(streamed), splits(resident), strict=True):
        assert isinstance(ours.images, StreamedImages)
        assert isinstance(theirs.images, np.ndarray)
        assert ours.images.shape == theirs.images.shape
        assert ours.names == theirs.names
        assert np.array_equal(ours.labels, theirs.labels)
        assert np.array_equal(ours.images[:], theirs.images)


def test_the_limit_is_what_all_splits_need_together(many, folder, load_folder, monkeypatch):
    from resnet_spec.data import load_image_folder as loader

    limits = []
    monkeypatch.setattr(loader, "decode_files", lambda *_, streamed, **__: limits.append(streamed) or 1 / 0)
    place, pixels = folder(many), len(many) * 6 * 5 * 3
    assert pixels < 1 << 20
    for shape, limit in (((6, 5, 3), 1), ((600, 500, 3), 29), ((600, 500, 3), 30)):
        with pytest.raises(ZeroDivisionError):
            load_folder(place, shape=shape, resize="stretch", resident_mib=limit)
    assert limits == [False, True, False]


def test_bad_files_are_known_before_anything_is_trained(many, folder, load_folder):
    many["train/a/03.png"] = many["train/a/03.png"][:50]
    place = folder(many)
    with pytest.raises(InputError, match=r"train/a/03\.png"):
        load_folder(place, shape=(6, 5, 3), resident_mib=0)
    skipping = {"shape": (6, 5, 3), "source": {"on_bad_image": "skip"}}
    streamed, resident = load_folder(place, resident_mib=0, **skipping), load_folder(place, **skipping)
    assert streamed.skipped == resident.skipped != ()
    assert streamed.fingerprint == resident.fingerprint
    assert np.array_equal(streamed.train.images[:], resident.train.images)


@pytest.mark.parametrize("how", ["another", "damaged", "gone"])
def test_a_file_that_changes_while_it_is_in_use_is_named(many, folder, png, load_folder, how):
    place = folder(many)
    images = load_folder(place, shape=(6, 5, 3), resident_mib=0).train.images
    victim = place / "train/b/05.png"
    if how == "gone":
        victim.unlink()
    else:
        victim.write_bytes(png(255, shape=(6, 5, 3)) if how == "another" else b"")
    with pytest.raises(InputError, match=r"train/b/05\.png") as caught:
        list(read_ahead(images, [np.arange(len(images))]))
    assert [fault.code for fault in caught.value.diagnostics] == [Code.DATA_IMAGE]
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("mode", ["w:gz", "w:xz", "w:bz2"])
def test_what_can_only_be_read_in_order_is_not_streamed(many, folder, tmp_path, load_folder, mode):
    path = tarred(folder(many), tmp_path / f"x.tar.{mode[2:]}", mode)
    assert len(load_folder(path, shape=(6, 5, 3)).train) == 24
    with pytest.raises(InputError, match=r"resident_mib") as caught:
        load_folder(path, shape=(6, 5, 3), resident_mib=0)
    assert "unpack it" in caught.value.diagnostics[0].help


def numbered(read, count=40):
    digests = np.zeros((count, 32), np.uint8)
    return StreamedImages(read, np.arange(count), digests, (1, 1, 1))


def test_order_does_not_depend_on_how_long_an_image_takes(monkeypatch):
    monkeypatch.setattr(reading, "TOGETHER_BYTES", 2)
    monkeypatch.setattr(reading, "workers", lambda: 8)
    pause = np.random.default_rng(0).random(40) / 100

    def read(place):
        time.sleep(pause[place])
        return np.full((1, 1, 1), place, np.uint8)

    order = np.random.default_rng(1).permutation(40)
    groups = [order[:7], order[7:8], order[8:8], order[8:40]]
    images = numbered(read)
    found = [pixels.ravel().tolist() for pixels in read_ahead(images, groups)]
    assert found == [group.tolist() for group in groups]
    taken = take_images(images, order[5:30])
    assert next(read_ahead(taken, [np.array([3, 1])])).ravel().tolist() == [order[8], order[6]]


def test_only_so_much_is_read_ahead_and_nothing_after_the_end(monkeypatch):
    monkeypatch.setattr(reading, "AHEAD_GROUPS", 3)
    seen, lock = set(), threading.Lock()

    def read(place):
        with lock:
            seen.add(place)
        return np.zeros((1, 1, 1), np.uint8)

    with closing(read_ahead(numbered(read), ([place] for place in range(40)))) as found:
        next(found)
        next(found)
        time.sleep(0.05)
        assert seen <= set(range(5))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read_ahead")]


def test_one_image_larger_than_the_limit_is_still_read_ahead(monkeypatch):
    monkeypatch.setattr(reading, "AHEAD_BYTES", 0)
    found = read_ahead(numbered(lambda place: np.full((1, 1, 1), place, np.uint8)), [[1, 2], [3]])
    assert [pixels.ravel().tolist() for pixels in found] == [[1, 2], [3]]


def test_rows_of_other_processes_are_not_read():
    seen = []

    def read(place):
        seen.append(place)
        return np.full((1, 1, 1), place, np.uint8)

    (pixels,) = read_ahead(numbered(read), [np.arange(10, 18)], lambda rows: slice(rows // 2, rows))
    assert sorted(seen) == [14, 15, 16, 17]
    assert pixels[4:].ravel().tolist() == [14, 15, 16, 17]


def test_a_fault_reaches_whoever_asks():
    def read(place):
        if place == 3:
            raise InputError()
        return np.zeros((1, 1, 1), np.uint8)

    found = read_ahead(numbered(read), [[0, 1], [2, 3], [4, 5]])
    next(found)
    with pytest.raises(InputError):
        next(found)
