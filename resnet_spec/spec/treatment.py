"""A weight's path name and the spec's groups -> how the weight is treated."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from resnet_spec.spec.optimizer import Optimizer
from resnet_spec.spec.train import Epochs, Group, Train


@dataclass(frozen=True, slots=True)
class Treatment:
    """What changes a weight, and when."""

    optimizer: Optimizer
    """With the weight's own decay."""
    factor: float
    """What the run's learning rate is multiplied by."""
    trainable: bool | Epochs

    def trained_in(self, epoch: int) -> bool:
        """Say whether an epoch, from 1, trains the weight."""
        if isinstance(self.trainable, bool):
            return self.trainable
        last = self.trainable.until_epoch
        return self.trainable.from_epoch <= epoch and (last is None or epoch <= last)


def treatment(train: Train, weight: str) -> Treatment:
    """Give a weight's treatment; where several groups match its name, the last that says a thing counts."""
    said = Group(match="*")
    for group in train.groups:
        if fnmatchcase(weight, group.match):
            if group.optimizer is not None and "weight_decay" in group.optimizer.model_fields_set:
                said = said.model_copy(update={"weight_decay": None})
            said = said.model_copy(update=group.model_dump(exclude_none=True, exclude={"match"}) | _models(group))
    optimizer = said.optimizer or train.optimizer
    factor = (said.learning_rate_factor or 1.0) * optimizer.learning_rate / train.optimizer.learning_rate
    if said.weight_decay is not None:
        optimizer = optimizer.model_copy(update={"weight_decay": said.weight_decay})
    return Treatment(optimizer, factor, True if said.trainable is None else said.trainable)


def _models(group: Group) -> dict[str, object]:
    """Give those settings of a group that are models of their own."""
    settings = {"optimizer": group.optimizer, "trainable": group.trainable}
    return {name: value for name, value in settings.items() if value is not None}
