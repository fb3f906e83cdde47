"""Folders stand for the images in them; what is passed over and what is not."""

import os

import pytest

from resnet_spec.deploy.find_images import find_images
from resnet_spec.diagnostic import Code, Diagnostic


@pytest.fixture
def photos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "b/2.JPG",
        "b/10.png",
        "a.webp",
        "notes.txt",
        ".hidden.png",
        ".git/x.png",
        "__MACOSX/y.png",
        "c/d/e.tif",
    ):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path / "photos"


def test_a_folder_gives_its_images_sorted_and_files_are_given_as_they_are(photos):
    found = list(find_images(["photos/notes.txt", "photos", "missing.png"]))
    assert found == [
        "photos/notes.txt", "photos/a.webp", "photos/b/10.png", "photos/b/2.JPG", "photos/c/d/e.tif", "missing.png",
    ]  # fmt: skip


def test_a_circle_of_links_ends(photos):
    (photos / "b" / "up").symlink_to("..")
    assert len(list(find_images(["photos"]))) == 4


def test_a_folder_without_images_is_a_fault(photos):
    (photos / "none").mkdir()
    first, fault = find_images(["photos/a.webp", "photos/none"])
    assert first == "photos/a.webp"
    assert isinstance(fault, Diagnostic)
    assert fault.code is Code.DATA_NOT_FOUND
    assert "`photos/none` has no images" in fault.message
    assert ".jpg" in fault.help


def test_a_folder_that_cannot_be_read_is_a_fault_and_the_others_are_read(photos, monkeypatch):
    real = os.scandir

    def refuse(path):
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    *found, fault = find_images(["photos"])
    assert found == ["photos/a.webp", "photos/c/d/e.tif"]
    assert "cannot read the folder `photos/b`: permission denied" in fault.message


def test_paths_are_asked_for_one_at_a_time(photos):
    def names():
        yield "photos/a.webp"
        raise AssertionError("asked for more than was wanted")

    assert next(find_images(names())) == "photos/a.webp"


def test_a_name_that_cannot_be_looked_at_is_given_as_it_is_and_an_empty_one_is_a_fault(photos):
    long, fault, last = find_images(["x" * 5000, "", "photos/a.webp"])
    assert (long, last) == ("x" * 5000, "photos/a.webp")
    assert "is empty" in fault.message
