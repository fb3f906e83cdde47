"""The verifier passes the right network, and no other: each negative control breaks one thing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from onnx import TensorProto, helper, numpy_helper

from resnet_spec.deploy.compare_logits import compare_logits
from resnet_spec.deploy.make_probes import make_probes
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.diagnostic import CheckFailed, Code


def failure(model, reference, images, code):
    with pytest.raises(CheckFailed) as caught:
        verify_onnx(model if isinstance(model, bytes) else model.SerializeToString(), reference, images)
    (diagnostic,) = caught.value.diagnostics
    assert caught.value.exit_code == 4
    assert diagnostic.code == code, diagnostic.message
    return diagnostic.message


def test_the_right_network_passes(tiny, images):
    calls = []

    def reference(batch):
        calls.append(batch)
        return tiny.logits(batch)

    found = verify_onnx(tiny.model().SerializeToString(), reference, images)
    assert found.images == 40
    assert found.batches == (1, 2, 7, 32)
    assert 0 <= found.max_relative <= found.max_difference <= 1e-3
    assert found.max_relative < found.tolerance == 1e-4
    assert (found.top1_agreement, found.ties) == (1.0, 0)
    assert found.nodes["Conv"] == 1
    assert sum(found.nodes.values()) == 9
    assert found.opset == 17
    assert found.seconds > 0
    assert sum(len(batch) for batch in calls) == 40 + 32  # each image once
    assert all(batch.dtype == np.float32 for batch in calls)
    assert max(len(batch) for batch in calls) <= 64
    assert min(batch.min() for batch in calls) < -900


def test_one_image_is_enough(tiny, images):
    assert verify_onnx(tiny.model().SerializeToString(), tiny.logits, images[:1]).images == 1


def test_many_images_are_spread(images):
    (real, *_) = make_probes(np.zeros((1000, 1, 1, 1), np.uint8))
    assert len(set(real.indices)) == 256
    assert (real.indices[0], real.indices[-1]) == (0, 999)


@pytest.mark.parametrize(("tensor", "entry"), [("kernel", 0), ("kernel", 11), ("dense", 5), ("bias", 6)])
def test_one_perturbed_weight(tiny, images, tensor, entry):
    model = tiny.model()
    (weights,) = (each for each in model.graph.initializer if each.name == tensor)
    values = numpy_helper.to_array(weights).copy()
    values.flat[entry] += 1e-2
    weights.CopyFrom(numpy_helper.from_array(values, tensor))
    message = failure(model, tiny.logits, images, Code.EXPORT_PARITY)
    assert "logits differ from the original's by" in message
    assert "image" in message


def test_dropped_node(tiny, images):
    model = tiny.model()
    model.graph.node.pop(4)
    model.graph.node[4].input[0] = "convolved"
    failure(model, tiny.logits, images, Code.EXPORT_PARITY)


def test_dropped_node_that_leaves_a_hole(tiny, images):
    model = tiny.model()
    model.graph.node.pop(4)
    assert "not valid ONNX" in failure(model, tiny.logits, images, Code.EXPORT_INVALID)


def test_fixed_batch(tiny, images):
    message = failure(tiny.model(batch=1), tiny.logits, images, Code.EXPORT_INVALID)
    assert "`image` whose batch is fixed to 1" in message


def test_batch_that_is_only_said_to_be_free(tiny, images):
    model = tiny.model()
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 4], np.int64), "one"))
    model.graph.node[6].CopyFrom(helper.make_node("Reshape", ["pooled", "one"], ["flat"]))
    failure(model, tiny.logits, images, Code.EXPORT_INVALID)


def test_answer_that_depends_on_the_other_images_of_the_batch(tiny, images):
    model = tiny.model()
    model.graph.node[7].input[0] = "shifted"
    model.graph.node.insert(7, helper.make_node("Add", ["flat", "apart"], ["shifted"]))
    model.graph.node.insert(7, helper.make_node("Sub", ["flat", "mean"], ["apart"]))
    model.graph.node.insert(7, helper.make_node("ReduceMean", ["flat"], ["mean"], axes=[0]))
    # One image is its own mean, so at batch 1 this network is right.
    assert "at batch 2" in failure(model, tiny.logits, images, Code.EXPORT_PARITY)


def test_nan_output(tiny, images):
    model = tiny.model()
    model.graph.node[4].op_type = "Log"
    assert "not finite at batch 1" in failure(model, tiny.logits, images, Code.EXPORT_PARITY)


def test_nan_reference(tiny, images):
    message = failure(tiny.model(), lambda batch: tiny.logits(batch) * np.nan, images, Code.EXPORT_PARITY)
    assert "the original gives logits that are not finite" in message


def test_wrong_names(tiny, images):
    model = tiny.model()
    model.graph.node[0].input[0] = model.graph.input[0].name = "input_1"
    assert "`input_1` where `image` must be" in failure(model, tiny.logits, images, Code.EXPORT_INVALID)
    model = tiny.model()
    model.graph.node[8].output[0] = model.graph.output[1].name = "softmax"
    assert "`logits`, `softmax`" in failure(model, tiny.logits, images, Code.EXPORT_INVALID)


def test_second_input_and_third_output(tiny, images):
    model = tiny.model()
    model.graph.input.append(helper.make_tensor_value_info("extra", TensorProto.FLOAT, [1]))
    assert "`extra`, `image`" in failure(model, tiny.logits, images, Code.EXPORT_INVALID)
    model = tiny.model()
    model.graph.output.append(helper.make_tensor_value_info("flat", TensorProto.FLOAT, ["batch", 4]))
    assert "`flat`" in failure(model, tiny.logits, images, Code.EXPORT_INVALID)


def test_probabilities_that_are_not_the_softmax(tiny, images):
    model = tiny.model()
    model.graph.node[8].op_type = "Sigmoid"
    model.graph.node[8].ClearField("attribute")
    assert "from the softmax" in failure(model, tiny.logits, images, Code.EXPORT_PARITY)


def test_normalisation_forgotten(tiny, images):
    model = tiny.model()
    model.graph.node[1].op_type = "Add"
    failure(model, tiny.logits, images, Code.EXPORT_PARITY)


def test_large_values_do_not_excuse_small_ones(tiny, images):
    *_, large = make_probes(images)
    real_scale, large_scale = (np.abs(tiny.logits(each)).max() for each in (images, large.images))
    error = 0.9e-4 * large_scale  # of all of its kind, though a batch of one sees a smaller one
    assert error > 1e-4 * real_scale

    def off_by(error, where):
        return lambda batch: tiny.logits(batch) + error * ((batch.min(axis=(1, 2, 3)) < 0) == where)[:, None]

    assert verify_onnx(tiny.model().SerializeToString(), off_by(error, True), images)
    message = failure(tiny.model(), off_by(error, False), images, Code.EXPORT_PARITY)
    assert "large-value" not in message


def test_worst_image_is_named_by_its_place(tiny, images):
    def reference(batch):
        logits = tiny.logits(batch)
        logits[(batch == images[17]).all(axis=(1, 2, 3))] += 0.5
        return logits

    # The 18th image is not among the 7 real ones of batch 7.
    message = failure(tiny.model(), reference, images, Code.EXPORT_PARITY)
    assert "worst for real image 17 at batch 32" in message


def test_foreign_parts_and_rubbish(tiny, images):
    model = tiny.model()
    model.opset_import.add(domain="com.microsoft", version=1)
    assert "com.microsoft" in failure(model, tiny.logits, images, Code.EXPORT_INVALID)
    failure(b"rubbish", tiny.logits, images, Code.EXPORT_INVALID)


def test_wrong_shapes(tiny, images):
    assert "real ones are" in failure(tiny.model(), tiny.logits, images[:, :5], Code.EXPORT_INVALID)
    fewer = failure(tiny.model(), lambda batch: tiny.logits(batch)[:, :6], images, Code.EXPORT_INVALID)
    assert "(72, 7), but the original's are (72, 6)" in fewer


def test_nothing_compared_is_not_a_pass(tiny, images):
    assert "no real images" in failure(tiny.model(), tiny.logits, images[:0], Code.EXPORT_PARITY)


def test_a_tie_is_counted_not_failed(tiny, images):
    tiny.dense[:, 1] = tiny.dense[:, 0]
    tiny.bias[:2] = 9
    nudge = np.array([-1e-6, 1e-6, 0, 0, 0, 0, 0])
    found = verify_onnx(tiny.model().SerializeToString(), lambda batch: tiny.logits(batch) + nudge, images)
    assert found.ties > 0
    assert found.top1_agreement == pytest.approx(1 - found.ties / 72)


@settings(max_examples=100, deadline=None)
@given(
    arrays.arrays(np.float64, (5, 4), elements=st.floats(-3, 3)),
    arrays.arrays(np.float64, (5, 4), elements=st.floats(-1e-1, 1e-1)),
)
def test_disagreement_is_always_a_tie(reference, noise):
    found = compare_logits(reference + noise, reference, scale=max(1.0, float(np.abs(reference).max())))
    top = np.sort(reference, axis=1)
    for row in found.disagreeing:
        assert top[row, -1] - top[row, -2] <= 2 * found.difference + 1e-12
