"""What the README shows must be true."""

import re
import textwrap
from pathlib import Path

from resnet_spec.compile import compile_spec

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_spec_of_the_readme_is_one(compile_text):
    text = re.findall(r"```yaml\n(.*?)```", README, re.S)[0]
    assert compile_text(text).spec.train.epochs == 10


def test_the_error_of_the_readme_is_what_is_said(program, tmp_path, tiny):
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.S)
    golden = Path(__file__).parents[1] / "golden" / "bad" / "RS306-stride-past-the-image.txt"
    said = golden.read_text(encoding="utf-8").replace("RS306-stride-past-the-image", "net")
    assert textwrap.dedent(shown) == said.removesuffix("\nexit 1\n")


def test_the_table_of_the_readme(tmp_path):
    rows = re.findall(r"\| `(\w+)` \| [^|]+ \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|", README)
    assert len(rows) == 4
    for name, *counts in rows:
        cost = compile_spec(name).cost
        assert [cost.trainable_params, cost.total_params, cost.macs] == [int(c.replace(",", "")) for c in counts]


def test_every_command_of_the_program_is_shown():
    from typer.main import get_command

    from resnet_spec.cli.main import app

    commands = set(get_command(app).commands)
    shown = set(re.findall(r"resnet-spec (\w+)", README))
    assert commands - shown <= {"build"}
