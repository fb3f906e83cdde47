"""What a terminal is given: text of unknown origin is shown and never obeyed."""

import pytest
from rich.text import Text

from resnet_spec.render.console import err, out


@pytest.mark.parametrize("console", [out, err])
def test_text_is_shown_and_not_obeyed(console, capsys):
    console().print("one \x1b[2J\u202e\r\x07\ntwo [bold]", soft_wrap=True)
    console().print("red", style="bold red")
    console().print(Text("ours"))
    found = capsys.readouterr()
    assert found.out + found.err == "one \\x1b[2J\\u202e\\r\\x07\ntwo [bold]\nred\nours\n"
