import os
from pathlib import Path

import pytest

from resnet_spec.diagnostic import Code, SpecErrors
from resnet_spec.document import read_source


def fault(path):
    with pytest.raises(SpecErrors) as error:
        read_source(Path(path))
    return error.value.diagnostics[0]


def test_a_byte_order_mark_does_not_shift_columns(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: x\n")
    assert read_source(tmp_path / "a.yaml").text == "name: x\n"


@pytest.mark.parametrize(
    ("content", "place", "says"),
    [
        ("name: x\n".encode("utf-16"), (1, 1), "UTF-16"),
        (b"name: x\nb: caf\xe9\n", (2, 7), "not UTF-8"),
    ],
)
def test_what_is_not_text_is_refused_at_its_place(tmp_path, content, place, says):
    (tmp_path / "a.yaml").write_bytes(content)
    found = fault(tmp_path / "a.yaml")
    assert found.code is Code.YAML_ENCODING
    assert (found.span.line, found.span.column) == place
    assert says in found.message
    assert found.help


def test_a_large_file_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"a" * (2 << 20))
    assert fault(tmp_path / "a.yaml").code is Code.YAML_LIMIT


def test_a_pipe_and_a_device_do_not_hang(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    assert "regular file" in fault(tmp_path / "fifo").message
    assert "regular file" in fault("/dev/zero").message
    assert fault(tmp_path).code is Code.SPEC_NOT_FOUND


def test_a_directory_is_called_one_and_its_spec_is_named(tmp_path):
    assert fault(tmp_path).message == f"`{tmp_path}` is a directory"
    (tmp_path / "spec.yaml").write_text("name: x")
    assert fault(tmp_path).help == f"give the spec in it: `{tmp_path / 'spec.yaml'}`"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no such file here")
def test_what_cannot_be_read_to_the_end_is_refused():
    found = fault("/proc/self/mem")
    assert found.code is Code.SPEC_NOT_FOUND
    assert "cannot read" in found.message
    assert found.help
