"""Checking is quick, and costs as much more as a network is deeper. Processor time: neighbours do not count."""

import subprocess
import sys
import time

from resnet_spec.compile import compile_spec

ZOO = """
import time
from resnet_spec.compile import compile_spec, hold_expectations
from resnet_spec.compile.find_spec import shipped_specs

compile_spec("quickstart")
begin = time.process_time()
for name in shipped_specs():
    hold_expectations(compile_spec(name))
print(time.process_time() - begin)
"""


def seconds(name, *settings):
    """Give the least of some times: what the work itself costs."""
    times = []
    for _ in range(5):
        begin = time.process_time()
        _ = compile_spec(name, settings).cost
        times.append(time.process_time() - begin)
    return min(times)


def test_the_whole_zoo_takes_less_than_a_second():
    runs = [
        float(subprocess.run([sys.executable, "-c", ZOO], capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    ]
    assert min(runs) < 1.0


def test_time_grows_with_depth_and_no_faster():
    shallow, deep = (len(compile_spec(name).graph.nodes) for name in ("resnet110", "resnet1202"))
    assert seconds("resnet1202") / seconds("resnet110") < 2 * deep / shallow


def test_a_size_of_images_costs_no_more_than_another_network():
    recipe = ["train={epochs: 9, optimizer: {sgd: {learning_rate: 0.1}}}", "data={source: cifar10}"]
    plain = seconds("resnet1202", *recipe)
    grown = seconds("resnet1202", *recipe, "train.progressive_resizing=[{size: 24, until_epoch: 3}]")
    assert grown < 3 * plain
