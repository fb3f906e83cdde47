"""The CIFAR archives: the real code path, with a small archive behind a file:// address."""

import dataclasses
import hashlib
import io
import pickle
import shutil
import tarfile

import numpy as np
import pytest

from resnet_spec.data.cifar_set import CIFAR10, CIFAR100
from resnet_spec.data.load_cifar import load_cifar
from resnet_spec.diagnostic import Code, InputError

IMAGES = (4, 2)


class Payload:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the payload has run')",))


def contents(published):
    """Members of a small archive: image i of a file has the label i % 3, and pixels that say where they are."""
    made = {published.names: b"cat\ndog\nemu\n\n"}
    for file, count in [(file, IMAGES[0]) for file in published.train] + [(file, IMAGES[1]) for file in published.test]:
        records = np.zeros((count, published.label_bytes + 3072), np.uint8)
        records[:, 0] = 99  # the coarse label of CIFAR-100; CIFAR-10 has none, and overwrites it
        records[:, published.label_bytes - 1] = np.arange(count) % 3
        pixels = records[:, published.label_bytes :].reshape(count, 3, 32, 32)
        pixels[:] = np.arange(32)[:, None] + np.array([0, 50, 100])[:, None, None]
        pixels[..., 5] = 255
        made[file] = records.tobytes()
    return made


def archive(published, files, *, name=None, kind=tarfile.REGTYPE):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for file, content in files.items():
            info = tarfile.TarInfo(f"{published.folder}/{file}")
            info.size = len(content)
            if file == name:
                info.type, info.linkname, info.size = kind, "/etc/hostname", 0
            tar.addfile(info, io.BytesIO(content))
    return target.getvalue()


@pytest.fixture(params=[CIFAR10, CIFAR100], ids=["cifar10", "cifar100"])
def published(request, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return dataclasses.replace(request.param, images=IMAGES)


@pytest.fixture
def served(published, tmp_path):
    """Publish bytes: give the set whose address and checksum are theirs."""

    def serve(content):
        place = tmp_path / "server" / published.archive
        place.parent.mkdir(exist_ok=True)
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        place.write_bytes(content)
        digest = hashlib.md5(content).hexdigest()
        return dataclasses.replace(published, url=place.as_uri(), md5=digest)

    return serve


def refused(published, path, code):
    with pytest.raises(InputError) as caught:
        load_cifar(published, path)
    (fault,) = caught.value.diagnostics
    assert fault.code is code
    assert fault.help
    return f"{fault.message} {fault.help}"


def test_the_published_facts():
    """https://www.cs.toronto.edu/~kriz/cifar.html: names, checksums, counts and record layout."""
    assert CIFAR10.archive == "cifar-10-binary.tar.gz"
    assert CIFAR10.md5 == "c32a1d4ab5d03f1284b67883e8d87530"
    assert CIFAR100.archive == "cifar-100-binary.tar.gz"
    assert CIFAR100.md5 == "03b5dce01913d631647c71ecec9e9cb8"
    for published in (CIFAR10, CIFAR100):
        assert len(published.train) * published.images[0] == 50_000
        assert len(published.test) * published.images[1] == 10_000
        assert published.url.startswith("https://")


def test_records_become_images_and_fine_labels(served, published, tmp_path):
    loaded = load_cifar(served(archive(published, contents(published))), None)
    assert loaded.class_names == ("cat", "dog", "emu")
    assert loaded.test.labels.tolist() == [0, 1]
    assert loaded.train.images.shape == (len(published.train) * 4, 32, 32, 3)
    assert loaded.train.labels[:4].tolist() == [0, 1, 2, 0]
    assert loaded.train.names[3] == "train[3]"
    assert loaded.train.images[0, 7, 0].tolist() == [7, 57, 107], "rows run down, channels are last"
    assert loaded.train.images[0, 7, 5].tolist() == [255] * 3


def test_the_download_is_kept_and_used_without_the_network(served, published, tmp_path):
    known = served(archive(published, contents(published)))
    first = load_cifar(known, None)
    (tmp_path / "server" / published.archive).unlink()
    assert np.array_equal(load_cifar(known, None).train.images, first.train.images)
    kept = list((tmp_path / "cache" / "resnet-spec").iterdir())
    assert [path.name for path in kept] == [published.archive], "no temporary file is left"


def test_a_download_with_a_wrong_checksum_is_refused_and_not_kept(served, published, tmp_path):
    known = dataclasses.replace(served(b"anything"), md5="0" * 32)
    assert "MD5" in refused(known, None, Code.DATA_CHECKSUM)
    assert not (tmp_path / "cache").exists()


def test_a_spoilt_cache_is_deleted_and_a_given_file_is_not(served, published, tmp_path):
    good = archive(published, contents(published))
    known = served(good)
    cached = tmp_path / "cache" / "resnet-spec" / published.archive
    cached.parent.mkdir(parents=True)
    cached.write_bytes(good[:-1])
    assert "deleted" in refused(known, None, Code.DATA_CHECKSUM)
    assert not cached.exists()
    load_cifar(known, None)
    given = tmp_path / "copy.tar.gz"
    given.write_bytes(good[:-1])
    refused(known, str(given), Code.DATA_CHECKSUM)
    assert given.exists()
    given.write_bytes(good)
    load_cifar(known, str(given))


def test_the_checksum_is_checked_each_time(served, published, tmp_path):
    known = served(archive(published, contents(published)))
    load_cifar(known, None)
    cached = tmp_path / "cache" / "resnet-spec" / published.archive
    content = bytearray(cached.read_bytes())
    content[-5] ^= 1
    cached.write_bytes(content)
    refused(known, None, Code.DATA_CHECKSUM)


def test_a_pickled_archive_is_refused_and_its_payload_never_runs(served, published, tmp_path):
    batch = pickle.dumps({"data": Payload(), "labels": [0]})
    pickled = archive(published, {"data_batch_1": batch, **dict.fromkeys(contents(published), batch)})
    given = tmp_path / "cifar-10-python.tar.gz"
    given.write_bytes(pickled)
    assert "never read" in refused(published, str(given), Code.DATA_CHECKSUM)
    refused(served(pickled), None, Code.DATA_ARCHIVE)


def test_the_archive_must_hold_what_it_must(served, published):
    files = contents(published)
    last = published.test[0]
    short = archive(published, {**files, last: files[last][:-1]})
    assert "bytes instead of" in refused(served(short), None, Code.DATA_ARCHIVE)
    missing = archive(published, {name: content for name, content in files.items() if name != last})
    assert "missing" in refused(served(missing), None, Code.DATA_ARCHIVE)
    link = archive(published, files, name=last, kind=tarfile.SYMTYPE)
    assert "no regular file" in refused(served(link), None, Code.DATA_ARCHIVE)
    refused(served(b"no archive"), None, Code.DATA_ARCHIVE)
    whole = archive(published, files)
    refused(served(whole[: len(whole) // 2]), None, Code.DATA_ARCHIVE)


def test_without_network_the_help_says_where_to_put_the_file(served, published, tmp_path):
    known = served(b"x")
    (tmp_path / "server" / published.archive).unlink()
    message = refused(known, None, Code.DATA_NOT_FOUND)
    assert "--data" in message
    assert str(tmp_path / "cache" / "resnet-spec" / published.archive) in message


def test_missing_and_unreadable_paths(published, tmp_path):
    refused(published, str(tmp_path / "absent.tar.gz"), Code.DATA_NOT_FOUND)
    refused(published, str(tmp_path), Code.DATA_NOT_FOUND)


def test_a_cache_that_cannot_be_written(served, published, tmp_path):
    known = served(archive(published, contents(published)))
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert "XDG_CACHE_HOME" in refused(known, None, Code.ENVIRONMENT)
