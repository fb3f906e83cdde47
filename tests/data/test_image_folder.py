"""Folders and archives of images: layouts, bad files, and archives that mean harm."""

import gzip
import io
import os
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from resnet_spec.data import decode_files, image_store, open_tar
from resnet_spec.diagnostic import Code, InputError


def tarred(path, files, mode="w", extra=()):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in extra:
            archive.addfile(info)
    return path


def codes(caught):
    return [fault.code for fault in caught.value.diagnostics]


def refused(run, code):
    with pytest.raises(InputError) as caught:
        run()
    assert code in codes(caught), caught.value
    assert all(fault.help or fault.code is Code.DATA_IMAGE for fault in caught.value.diagnostics)
    return str(caught.value)


def test_folder_zip_and_tars_give_the_same_data(tmp_path, files, folder, zipped, load_folder):
    backwards = dict(reversed(files.items()))
    paths = [folder(files), zipped(backwards), zipped({f"top/{name}": body for name, body in files.items()}, "top.zip")]
    paths.append(zipped({f"./{name}": body for name, body in files.items()}, "dot.zip"))
    for suffix in ("tar", "tar.gz", "tar.xz", "tar.bz2", "TGZ"):
        mode = "w:gz" if suffix == "TGZ" else f"w:{suffix.partition('.')[2]}"
        paths.append(tarred(tmp_path / f"images.{suffix}", backwards, mode))
    loaded = [load_folder(path) for path in paths]
    assert len({one.fingerprint for one in loaded}) == 1
    first = loaded[0]
    assert first.class_names == ("a", "b")
    assert first.test.names == ("test/a/0.png", "test/b/0.png")
    assert first.test.images[:, 0, 0, 0].tolist() == [6, 7]
    assert first.test.labels.tolist() == [0, 1]
    assert first.source == f"image_folder {paths[0]}"
    assert first.validation_origin == "10% of the training images of each class"


def test_threads_do_not_change_the_order(folder, png, load_folder, monkeypatch):
    random = np.random.default_rng(0)
    names = [f"{split}/{name}/{n}.png" for split in ("train", "test") for name in "ab" for n in range(40)]
    path = folder({name: png(random.integers(0, 256, (4, 4, 3), np.uint8)) for name in names})
    alone = load_folder(path).fingerprint
    monkeypatch.setattr(decode_files, "SMALL_BYTES", 0)
    monkeypatch.setattr(decode_files, "AT_ONCE_FILES", 7)
    assert load_folder(path).fingerprint == alone


def test_another_pixel_another_fingerprint(files, folder, png, load_folder):
    before = load_folder(folder(files)).fingerprint
    assert load_folder(folder({**files, "test/a/0.png": png(99)}, "other")).fingerprint != before


def test_an_own_validation_split_is_used_and_otherwise_said_to_be_unused(files, folder, png, load_folder):
    path = folder({**files, "val/a/0.png": png(50), "val/b/0.png": png(51)})
    own = load_folder(path)
    assert own.validation.names == ("val/a/0.png", "val/b/0.png")
    assert "own `val` split" in own.validation_origin
    shared = load_folder(path, validation=0.5)
    assert "not used" in shared.validation_origin
    assert all(name.startswith("train/") for name in shared.validation.names)


def test_class_folders_alone_need_a_test_fraction(png, zipped, load_folder):
    path = zipped({f"{top}{name}/{n}.png": png(n) for top in ("set/",) for name in "ab" for n in range(10)})
    message = refused(lambda: load_folder(path), Code.DATA_LAYOUT)
    assert "no test split" in message
    loaded = load_folder(path, source={"test_fraction": 0.2})
    assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (14, 2, 4)
    other = load_folder(path, source={"test_fraction": 0.2}, seed=1)
    assert other.test.names == loaded.test.names, "the test images do not depend on the seed"
    assert other.validation.names != loaded.validation.names


def test_hidden_files_are_passed_over_and_strangers_listed(files, zipped, load_folder):
    litter = dict.fromkeys((".DS_Store", "train/a/._0.png", "train/a/Thumbs.db", "__MACOSX/train/a/0.png"), b"x")
    loaded = load_folder(zipped({**files, **litter, "README.txt": b"x", "notes/a/b/c.txt": b"x"}))
    assert len(loaded.train) + len(loaded.validation) == 6
    assert [line.partition(":")[0] for line in loaded.skipped] == ["README.txt", "notes"]


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"train/c/": b""}, Code.DATA_LAYOUT, "`c` of the train images is empty"),
        ({"test/c/0.png": None}, Code.DATA_MISMATCH, "`c`"),
        ({"train/0.png": None}, Code.DATA_LAYOUT, "in no class folder"),
        ({"train/a/deep/0.png": None}, Code.DATA_LAYOUT, "`train/a/deep` is a folder inside a class folder"),
        ({"val/a/0.png": None, "validation/a/0.png": None}, Code.DATA_LAYOUT, "`val` and a folder `validation`"),
    ],
)
def test_faults_of_the_layout_are_named(files, zipped, png, load_folder, more, code, words):
    more = {name: png(0) if content is None else content for name, content in more.items()}
    assert words in refused(lambda: load_folder(zipped({**files, **more})), code)


def test_a_test_folder_alone_and_nothing_at_all(png, zipped, load_folder):
    assert "no folder `train`" in refused(lambda: load_folder(zipped({"test/a/0.png": png()})), Code.DATA_LAYOUT)
    assert "no class folder" in refused(lambda: load_folder(zipped({})), Code.DATA_LAYOUT)


def test_splits_in_capitals_are_named_and_a_class_called_train_is_a_class(png, zipped, load_folder):
    capitals = {f"{split}/{name}/0.png": png() for split in ("Train", "Test") for name in ("a", "b")}
    message = refused(lambda: load_folder(zipped(capitals)), Code.DATA_LAYOUT)
    assert "`Test`, `Train` are splits by their names, but for the capitals" in message
    vehicles = {f"{name}/{place}.png": png(place) for name in ("Car", "Train") for place in range(10)}
    assert load_folder(zipped(vehicles), source={"test_fraction": 0.5}).class_names == ("Car", "Train")


def test_valid_is_a_validation_split(files, png, zipped, load_folder):
    loaded = load_folder(zipped({**files, "valid/a/7.png": png(7), "valid/b/8.png": png(8)}))
    assert loaded.validation.names == ("valid/a/7.png", "valid/b/8.png")
    assert "`valid`" in loaded.validation_origin


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_empty_class_folder_on_disk_is_said_without_what_follows_from_it(files, folder, load_folder, split):
    path = folder(files)
    (path / split / "c").mkdir()
    with pytest.raises(InputError) as caught:
        load_folder(path)
    (fault,) = caught.value.diagnostics
    assert fault.message == f"the class folder `c` of the {split} images is empty"
    assert fault.help == "put images of the class into it, or delete it everywhere"


def test_all_faults_are_said_at_once(files, zipped, png, load_folder):
    path = zipped({**files, "train/a/text.png": b"text", "test/c/0.png": png()})
    with pytest.raises(InputError) as caught:
        load_folder(path, classes=5)
    message = str(caught.value)
    assert caught.value.exit_code == 3
    assert "`train/a/text.png` is not a readable" in message
    assert "`test` has the class(es) `c`" in message
    assert "3 classes (a, b, c); `model.classes` is 5" in message


def test_bad_images_stop_or_are_skipped_and_listed(files, zipped, png, load_folder):
    noise = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    bad = {"train/a/cut.jpg": png(noise, kind="JPEG")[:-60], "train/a/text.png": b"text", "train/b/notes.txt": b"x"}
    path = zipped({**files, **bad})
    with pytest.raises(InputError) as caught:
        load_folder(path)
    assert codes(caught) == [Code.DATA_IMAGE] * 3
    assert all(name in str(caught.value) for name in bad)
    loaded = load_folder(path, source={"on_bad_image": "skip"})
    assert [line.partition(":")[0] for line in loaded.skipped] == sorted(bad)
    assert loaded.fingerprint == load_folder(zipped(files, "good.zip")).fingerprint


def test_skipping_never_hides_a_wrong_size_or_an_empty_class(files, zipped, png, load_folder):
    skip = {"on_bad_image": "skip"}
    wrong = zipped({**files, "train/a/9.png": png(shape=(5, 5, 3))})
    assert "data.resize" in refused(lambda: load_folder(wrong, source=skip), Code.DATA_IMAGE)
    assert len(load_folder(wrong, resize="crop").test) == 2
    gone = zipped({name: b"text" if name.startswith("train/b") else body for name, body in files.items()}, "gone.zip")
    assert "class(es) `b`" in refused(lambda: load_folder(gone, source=skip), Code.DATA_LAYOUT)


def test_a_long_list_of_bad_images_is_cut_and_counted(files, zipped, load_folder):
    path = zipped({**files, **{f"train/a/bad{n:02}.png": b"x" for n in range(25)}})
    with pytest.raises(InputError) as caught:
        load_folder(path)
    assert len(caught.value.diagnostics) == 21
    assert "and 5 more" in str(caught.value)


def test_a_file_over_the_limit_is_bad_before_it_is_read(files, folder, load_folder):
    path = folder(files)
    os.truncate(path / "train" / "a" / "0.png", image_store.MAX_FILE_BYTES + 1)
    assert "is the limit" in refused(lambda: load_folder(path), Code.DATA_IMAGE)


def test_a_missing_path_names_its_neighbour(files, folder, load_folder):
    path = folder(files)
    with pytest.raises(InputError) as caught:
        load_folder(path.with_name("imagse"))
    (fault,) = caught.value.diagnostics
    assert fault.code is Code.DATA_NOT_FOUND
    assert fault.help == "did you mean `images`?"


def test_links_and_pipes_in_a_folder(tmp_path, files, folder, png, load_folder):
    path = folder(files)
    (path / "train" / "a" / "inside.png").symlink_to(path / "train" / "b" / "0.png")
    assert len(load_folder(path).train) == 5, "a link to a file of the folder is a file"
    (tmp_path / "secret.png").write_bytes(png())
    (path / "train" / "a" / "outside.png").symlink_to(tmp_path / "secret.png")
    (path / "train" / "c").symlink_to(path / "train" / "b")
    os.mkfifo(path / "train" / "a" / "pipe.png")
    message = refused(lambda: load_folder(path), Code.DATA_LAYOUT)
    assert "outside.png` is a link that leads outside" in message
    assert "c` is a link to something that is not a file" in message
    assert "pipe.png` is neither a file nor a folder" in message


def test_a_file_that_is_no_archive(tmp_path, load_folder):
    for name, code in (("a.zip", Code.DATA_ARCHIVE), ("a.tar.gz", Code.DATA_ARCHIVE), ("a.txt", Code.DATA_LAYOUT)):
        (tmp_path / name).write_bytes(b"no archive")
        refused(lambda name=name: load_folder(tmp_path / name), code)


HOSTILE = ["../evil.png", "train/a/../../../evil.png", "/evil.png", "C:/evil.png", "..\\evil.png", "\\evil.png"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_leave_the_archive(tmp_path, files, zipped, png, load_folder, name, kind):
    bad = {**files, name: png()}
    path = zipped(bad) if kind == "zip" else tarred(tmp_path / "images.tar", bad)
    before = sorted(tmp_path.rglob("*"))
    message = refused(lambda: load_folder(path, source={"on_bad_image": "skip"}), Code.DATA_ARCHIVE)
    assert "evil" in message
    assert sorted(tmp_path.rglob("*")) == before, "nothing is written"


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE],
)
def test_members_of_a_tar_that_are_not_plain(tmp_path, files, load_folder, kind):
    info = tarfile.TarInfo("train/a/link.png")
    info.type, info.linkname = kind, "/etc/hostname"
    path = tarred(tmp_path / "images.tar", files, extra=[info])
    refused(lambda: load_folder(path), Code.DATA_ARCHIVE)


def test_links_and_encrypted_members_of_a_zip(tmp_path, files, zipped, load_folder):
    path = zipped(files)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("train/a/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    assert "is a link" in refused(lambda: load_folder(path), Code.DATA_ARCHIVE)
    content = bytearray(zipped(files, "locked.zip").read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(content)
    assert "is encrypted" in refused(lambda: load_folder(tmp_path / "locked.zip"), Code.DATA_ARCHIVE)


def test_sizes_that_no_image_has(tmp_path, files, load_folder, zipped):
    info = tarfile.TarInfo("train/a/big.png")
    info.size = 1 << 40
    path = tmp_path / "images.tar"
    path.write_bytes(tarred(tmp_path / "plain.tar", files).read_bytes()[:-10240] + info.tobuf() + bytes(1024))
    assert "is the limit" in refused(lambda: load_folder(path), Code.DATA_ARCHIVE)
    content = bytearray(zipped(files).read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, 0xFFFFFFF0)
    (tmp_path / "big.zip").write_bytes(content)
    assert "is the limit" in refused(lambda: load_folder(tmp_path / "big.zip"), Code.DATA_ARCHIVE)


def test_a_long_name_that_declares_gigabytes_is_not_read(tmp_path, monkeypatch, load_folder):
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 20
    path = tmp_path / "images.tar.gz"
    path.write_bytes(gzip.compress(info.tobuf() + bytes(2 << 20)))
    monkeypatch.setattr(open_tar, "MAX_FILE_BYTES", 1 << 10)
    assert "declares 1,048,576 bytes" in refused(lambda: load_folder(path), Code.DATA_ARCHIVE)


def test_a_member_that_is_there_twice(tmp_path, files, png, load_folder):
    extra = {**files, "train//a/0.png": png(9)}
    assert "twice" in refused(lambda: load_folder(tarred(tmp_path / "images.tar", extra)), Code.DATA_ARCHIVE)


def test_damaged_archives(tmp_path, files, zipped, load_folder):
    whole = zipped(files).read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(b"IDAT") + 6] ^= 0xFF
    for content in (whole[: len(whole) // 2], bytes(flipped)):
        (tmp_path / "images.zip").write_bytes(content)
        refused(lambda: load_folder(tmp_path / "images.zip"), Code.DATA_ARCHIVE)
    packed = tarred(tmp_path / "images.tar.gz", files, "w:gz").read_bytes()
    (tmp_path / "images.tar.gz").write_bytes(packed[: len(packed) // 2])
    refused(lambda: load_folder(tmp_path / "images.tar.gz"), Code.DATA_ARCHIVE)


def test_grey_and_transparent_files_are_converted(files, zipped, png, load_folder):
    more = {"train/a/grey.png": png(77, shape=(4, 4, 1)), "train/b/clear.png": png(200, shape=(4, 4, 4))}
    loaded = load_folder(zipped({**files, **more}), validation="test")
    by_name = dict(zip(loaded.train.names, loaded.train.images, strict=True))
    assert (by_name["train/a/grey.png"] == 77).all()
    assert abs(by_name["train/b/clear.png"].astype(int) - 200 * 200 / 255).max() <= 1
    assert "1 or 3 channels" in refused(lambda: load_folder(zipped(files), shape=(4, 4, 2)), Code.DATA_MISMATCH)
