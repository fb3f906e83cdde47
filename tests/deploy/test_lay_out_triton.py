"""A model repository for Triton, its configuration read by protobuf's own parser against the fields that Triton has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from resnet_spec.deploy.form import Form
from resnet_spec.deploy.lay_out_triton import lay_out_triton
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.read_network import read_network
from resnet_spec.diagnostic import InputError

F = descriptor_pb2.FieldDescriptorProto
HOSTILE = 'a"\n} max_batch_size: 9 # \\ \u202e\x1b\u2028猫'

# Names and numbers of the fields in Triton's model_config.proto that a configuration of ours may have.
MESSAGES = {
    "Tensor": [
        ("name", 1, F.TYPE_STRING, False, ""),
        ("data_type", 2, F.TYPE_ENUM, False, ".triton.DataType"),
        ("dims", 3, F.TYPE_INT64, True, ""),
        ("label_filename", 4, F.TYPE_STRING, False, ""),
    ],
    "Batching": [("max_queue_delay_microseconds", 2, F.TYPE_UINT64, False, "")],
    "Parameter": [("string_value", 1, F.TYPE_STRING, False, "")],
    "Entry": [
        ("key", 1, F.TYPE_STRING, False, ""),
        ("value", 2, F.TYPE_MESSAGE, False, ".triton.Parameter"),
    ],
    "Config": [
        ("name", 1, F.TYPE_STRING, False, ""),
        ("platform", 2, F.TYPE_STRING, False, ""),
        ("max_batch_size", 4, F.TYPE_INT32, False, ""),
        ("input", 5, F.TYPE_MESSAGE, True, ".triton.Tensor"),
        ("output", 6, F.TYPE_MESSAGE, True, ".triton.Tensor"),
        ("dynamic_batching", 11, F.TYPE_MESSAGE, False, ".triton.Batching"),
        ("parameters", 14, F.TYPE_MESSAGE, True, ".triton.Entry"),
    ],
}


def parse(text):
    """Read a configuration as Triton does: by protobuf's parser; an unknown field, or one given twice, is an error."""
    file = descriptor_pb2.FileDescriptorProto(name="triton.proto", package="triton", syntax="proto3")
    types = file.enum_type.add(name="DataType")
    for number, name in enumerate(("TYPE_INVALID", "TYPE_BOOL", "TYPE_UINT8")):
        types.value.add(name=name, number=number)
    types.value.add(name="TYPE_FP32", number=11)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, many, of in fields:
            label = F.LABEL_REPEATED if many else F.LABEL_OPTIONAL
            message.field.add(name=field, number=number, type=kind, label=label, type_name=of or None)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    kind = message_factory.GetMessageClass(pool.FindMessageTypeByName("triton.Config"))
    return text_format.Parse(text, kind())


def configured(network, folder, name="net"):
    return parse((lay_out_triton(network, folder, name) / "config.pbtxt").read_text(encoding="ascii"))


def test_the_repository_serves_what_ships(ship, tiny, tmp_path):
    network = read_network(ship(tiny.model()))
    found = configured(network, tmp_path / "models")
    assert (found.name, found.platform, found.max_batch_size) == ("net", "onnxruntime_onnx", 32)
    (image,) = found.input
    assert (image.name, image.data_type, list(image.dims)) == ("image", 11, [6, 5, 3])
    assert [(each.name, list(each.dims), each.label_filename) for each in found.output] == [
        ("logits", [7], "labels.txt"),
        ("probabilities", [7], "labels.txt"),
    ]
    assert found.HasField("dynamic_batching")
    assert found.parameters[0].value.string_value == network.description.spec_sha256
    model = tmp_path / "models" / "net"
    assert (model / "labels.txt").read_text() == "ant\nbee\ncat\ndog\neel\nfox\ngnu\n"
    assert open_classifier(model / "1" / "model.onnx").description == network.description


@pytest.mark.parametrize(
    ("form", "dims", "kind"),
    [
        (Form("uint8", "channels_first", outputs=("logits",)), [3, 6, 5], 2),
        (Form("uint8", "channels_last", resizes=True), [-1, -1, 3], 2),
    ],
)
def test_it_says_what_the_file_takes_and_gives(ship, tiny, tmp_path, form, dims, kind):
    network = read_network(ship(tiny.model()))
    found = configured(replace(network, description=replace(network.description, form=form)), tmp_path)
    assert (list(found.input[0].dims), found.input[0].data_type) == (dims, kind)
    assert [each.name for each in found.output] == list(form.outputs)


def test_hostile_names_are_text(ship, tiny, tmp_path, description):
    names = (HOSTILE, "../x", *description.class_names[2:])
    hostile = replace(description, class_names=names, version=HOSTILE)
    network = Network(HOSTILE, read_network(ship(tiny.model())).content, hostile)
    folder = lay_out_triton(network, tmp_path / "models", f"../../{HOSTILE}")
    assert folder.parent == tmp_path / "models"
    found = parse((folder / "config.pbtxt").read_text(encoding="ascii"))
    assert found.name == folder.name
    assert found.max_batch_size == 32
    lines = (folder / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 7
    assert lines[0] == 'a"\\n} max_batch_size: 9 # \\ \\u202e\\u001b\\u2028猫'


def test_this_parser_would_notice():
    with pytest.raises(text_format.ParseError):
        parse('name: "a"\nname: "b"')
    with pytest.raises(text_format.ParseError):
        parse('name: "a\nmax_batch_size: 9')


def test_a_model_that_is_there_is_left_alone(ship, tiny, tmp_path):
    network = read_network(ship(tiny.model()))
    lay_out_triton(network, tmp_path, "net")
    with pytest.raises(InputError, match="already exists"):
        lay_out_triton(network, tmp_path, "net")
    assert lay_out_triton(network, tmp_path, "..").name == "model"
