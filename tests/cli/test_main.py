"""The last door: what is said, and the exit code, where a command ends with an exception."""

import sys

import pytest

import resnet_spec.cli  # noqa: F401 - so that the module below is there


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [(MemoryError("Unable to allocate 7. GiB"), "error: out of memory: Unable to allocate 7. GiB\n", 3),
     (MemoryError(), "error: out of memory\n", 3),
     (ValueError("odd"), "error: a bug in resnet-spec: ValueError: odd\n", 70)],
)  # fmt: skip
def test_no_room_is_no_bug(error, said, code, monkeypatch, capsys):
    def fail():
        raise error

    module = sys.modules["resnet_spec.cli.main"]
    monkeypatch.setattr(module, "app", fail)
    with pytest.raises(SystemExit) as left:
        module.main()
    assert left.value.code == code
    assert capsys.readouterr().err.startswith(said)
