"""What a process that does not lead does of a training: its share of every step, and nothing that stays."""

from __future__ import annotations

from collections.abc import Callable

from resnet_spec.train.checkpoint import Identity
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.data_print import data_print
from resnet_spec.train.state import State
from resnet_spec.workflow.order import Order
from resnet_spec.workflow.sections import sections
from resnet_spec.workflow.take_up import take_up


def follow_run(order: Order, told: Callable[[], bool]) -> State:
    """Train with the process that leads, which has the run directory: see `fit_run`.

    Args:
        order: what to train; the checkpoints that it goes on from are read, and nothing is written.
        told: says whether this process was told to stop.

    Raises:
        Stopped: a process of the run was told to stop.
        InputError: this process does not have the images or the state that the others have.
        CheckFailed: the loss is no longer finite.
    """
    from resnet_spec.train.agree_to_begin import agree_to_begin
    from resnet_spec.train.choose_precision import choose_precision
    from resnet_spec.train.fit import fit
    from resnet_spec.train.follower import Follower
    from resnet_spec.train.together import together

    data, train = sections(order.compiled)
    dtype, _ = choose_precision(train.precision)
    with together():
        found = Checkpoints(order.run.checkpoints).newest(lambda _: None) if order.resume else None
    start = take_up(found, order.compiled) if found else None
    agree_to_begin(Identity(order.compiled.text, data_print(order.dataset), {"precision": dtype}), start)
    follower = Follower(told)
    return fit(
        order.compiled.graph, train, data, order.dataset,
        dtype=dtype, observer=follower, keeper=follower, start=start, initial=order.initial,
    )  # fmt: skip
