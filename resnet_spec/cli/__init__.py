"""The commands, one file each. Nothing heavy is imported before a command needs it."""

from resnet_spec.cli.main import main

__all__ = ["main"]
