"""What `--data PATH` means."""

import pytest

from resnet_spec.data.source_for_path import source_for_path
from resnet_spec.diagnostic import Code, InputError
from resnet_spec.spec.data import Cifar10, Cifar100, Digits, ImageFolder, Npz


@pytest.fixture
def put(tmp_path):
    def write(name):
        (tmp_path / name).write_bytes(b"")
        return str(tmp_path / name)

    return write


def test_folders_and_archives_are_image_folders(tmp_path, put):
    options = {"path": "old", "test_fraction": 0.3, "on_bad_image": "skip"}
    current = ImageFolder.model_validate({"image_folder": options})
    for path in (str(tmp_path), put("a.zip"), put("a.tar"), put("a.TAR.GZ"), put("a.tbz2")):
        assert source_for_path(path, None) == ImageFolder.model_validate({"image_folder": path})
        assert source_for_path(path, Digits()) == ImageFolder.model_validate({"image_folder": path})
        kept = source_for_path(path, current)
        assert kept == ImageFolder.model_validate({"image_folder": {**options, "path": path}})


def test_npz_keeps_its_fraction(put):
    current = Npz.model_validate({"npz": {"path": "old", "test_fraction": 0.3}})
    path = put("a.npz")
    assert source_for_path(path, current) == Npz.model_validate({"npz": {"path": path, "test_fraction": 0.3}})


def test_the_archive_of_the_current_cifar_set(put):
    ten, hundred = put("cifar-10-binary.tar.gz"), put("cifar-100-binary.tar.gz")
    assert source_for_path(ten, Cifar10()) == Cifar10.model_validate({"cifar10": {"path": ten}})
    assert source_for_path(hundred, Cifar100()) == Cifar100.model_validate({"cifar100": {"path": hundred}})
    assert isinstance(source_for_path(hundred, Cifar10()), ImageFolder)


def test_anything_else_is_refused_with_help(tmp_path, put):
    for path, code in (
        (put("a.csv"), Code.DATA_LAYOUT),
        (str(tmp_path / "b.csv"), Code.DATA_NOT_FOUND),
        ("\0", Code.DATA_NOT_FOUND),
    ):
        with pytest.raises(InputError) as caught:
            source_for_path(path, None)
        assert [fault.code for fault in caught.value.diagnostics] == [code]
        assert caught.value.diagnostics[0].help
