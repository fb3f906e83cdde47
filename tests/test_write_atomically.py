"""What is at a path decides what becomes of it: a file is replaced, a link followed, anything else left alone."""

import os
import stat

import pytest

from resnet_spec.diagnostic import InputError
from resnet_spec.write_atomically import write_atomically


def refusal(path):
    with pytest.raises(InputError) as caught:
        write_atomically(path, b"new")
    (diagnostic,) = caught.value.diagnostics
    assert f"cannot write `{path}`" in diagnostic.message
    return f"{diagnostic.message}; {diagnostic.help}"


def test_a_link_is_followed(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to("there/file")
    for content in (b"first", b"second"):
        write_atomically(link, content)
        assert link.is_symlink()
        assert (tmp_path / "there" / "file").read_bytes() == content
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["file"]


def test_what_is_no_file_is_left_alone(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "folder").mkdir()
    before = {path: path.lstat() for path in tmp_path.iterdir()}
    assert "not a regular file" in refusal(tmp_path / "pipe")
    assert "not a regular file" in refusal(tmp_path / "circle")
    assert "is a directory" in refusal(tmp_path / "folder")
    assert {path: path.lstat() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_missing_is_said(tmp_path):
    assert "make the folder first" in refusal(tmp_path / "no" / "file")


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o022, 0o644)])
def test_permissions_are_those_that_the_user_wants(umask, mode, tmp_path):
    path = tmp_path / "file"
    before = os.umask(umask)
    try:
        write_atomically(path, b"new")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    path.chmod(0o640)
    write_atomically(path, b"newer")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
