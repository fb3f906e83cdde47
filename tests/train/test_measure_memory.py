"""Memory that a training needs: exact where it can be, and for activations by hand on a small network."""

import pytest

from resnet_spec.compile import compile_text
from resnet_spec.passes.take_logits import take_logits

SPEC = """\
name: tiny
model:
  input: {shape: [8, 8, 1]}
  classes: 10
  stem: [conv: {filters: 4}, norm, relu]
  stages: [{block: basic, filters: 4, blocks: 1}]
  head: [global_avg_pool, dense]
data: {source: digits}
train: {epochs: 1, batch_size: 32, optimizer: {OPTIMIZER: {learning_rate: 0.1}}, average: {ema: {momentum: 0.9}}}
"""


@pytest.mark.parametrize(("optimizer", "slots"), [("adam", 2), ("sgd", 0)])
@pytest.mark.parametrize(("dtype", "bytes_each"), [("float32", 4), ("mixed_bfloat16", 2)])
def test_every_piece_is_counted(optimizer, slots, dtype, bytes_each):
    from resnet_spec.train.measure_memory import measure_memory

    compiled = compile_text(SPEC.replace("OPTIMIZER", optimizer), "tiny.yaml")
    total, trainable = compiled.cost.total_params, compiled.cost.trainable_params
    found = measure_memory(compiled.graph, compiled.spec.train, compiled.spec.data, dtype=dtype)
    assert found["weights"] == found["average"] == 4 * total
    assert found["gradients"] == 4 * trainable
    assert 0 <= found["optimizer"] - slots * 4 * trainable < 64, "a few counters beside the slots"
    # The image; of each of three convolutions and norms what they read; what each of three relus leaves; the pooled.
    image, convolved = 8 * 8, 8 * 8 * 4
    kept = image + 3 * convolved + 3 * convolved + 4
    assert found["activations"] == kept * 32 * bytes_each


def test_of_a_batch_in_parts_one_is_kept_at_a_time():
    from resnet_spec.train.measure_memory import measure_memory

    text = SPEC.replace("OPTIMIZER", "adam")
    parts = text.replace("epochs: 1", "epochs: 1, gradient_accumulation_steps: 4")
    whole, quarter = (
        measure_memory(compiled.graph, compiled.spec.train, compiled.spec.data, dtype="float32")
        for compiled in (compile_text(text, "tiny.yaml"), compile_text(parts, "tiny.yaml"))
    )
    assert quarter == whole | {"activations": whole["activations"] // 4}


def test_more_layers_keep_more():
    from resnet_spec.train.measure_memory import count_kept

    one, two = (
        take_logits(
            compile_text(SPEC.replace("OPTIMIZER", "adam").replace("blocks: 1", f"blocks: {blocks}"), "x").graph
        )
        for blocks in (1, 2)
    )
    assert count_kept(two) - count_kept(one) == 4 * 8 * 8 * 4
