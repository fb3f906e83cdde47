from itertools import product

import pytest

from resnet_spec.compile import compile_text
from resnet_spec.data.survey import Survey
from resnet_spec.spec.data import Cifar10, ImageFolder, Npz
from resnet_spec.workflow.answers import Answers, Size
from resnet_spec.workflow.choose_input import choose_input
from resnet_spec.workflow.draft_spec import draft_spec

SHAPES = [
    (1, 1, 1),
    (8, 8, 1),
    (28, 28, 1),
    (32, 32, 3),
    (64, 64, 4),
    (65, 1, 3),
    (9, 70, 3),
    (65, 4, 3),
    (65, 33, 3),
    (224, 224, 3),
    (300, 7, 1),
]


def draft(shape=(32, 32, 3), classes=10, size=Size.small, name="net", source=None, survey=None):
    return draft_spec(Answers(name, shape, classes, size, source or ImageFolder(path="images"), survey))


@pytest.mark.parametrize(("shape", "size", "classes"), list(product(SHAPES, Size, [2, 1000])))
def test_every_draft_passes_check(shape, size, classes):
    compiled = compile_text(draft(shape, classes, size), "net.yaml")
    assert compiled.spec.model.input.shape == shape
    assert compiled.graph[compiled.graph.outputs[0]].shape == (classes,)
    assert compiled.spec.data
    assert compiled.spec.train


def test_sizes_differ_as_they_say():
    for shape in ((32, 32, 3), (224, 224, 3)):
        small, medium, large = (compile_text(draft(shape, size=size), "net.yaml").cost.total_params for size in Size)
        assert small * 2 < medium
        assert medium * 2 < large


@pytest.mark.parametrize("text", ["a, b: #c", "{", "yes", "1e-4", "two\nlines", "'", '"', "漢字 🙂", "  "])
def test_names_and_paths_are_quoted(text):
    spec = compile_text(draft(name=text, source=ImageFolder(path=text)), "net.yaml").spec
    assert spec.name == text
    assert spec.data.source.path == text


def test_it_is_short_and_has_no_empty_line():
    lines = draft().splitlines()
    assert len(lines) < 36
    assert all(line.strip() and len(line) <= 100 and line == line.rstrip() for line in lines)


def test_what_was_seen_decides_split_and_batch():
    survey = Survey(3, (40, 30, 3), 100, has_test=False, has_validation=False)
    spec = compile_text(draft(survey=survey), "net.yaml").spec
    assert spec.data.source.test_fraction == 0.2
    assert spec.data.resize == "crop"
    assert spec.train.batch_size == 16
    many = Survey(3, (32, 32, 3), 50_000, has_test=True, has_validation=True)
    spec = compile_text(draft(survey=many, source=Npz(path="x.npz")), "net.yaml").spec
    assert (spec.data.source.test_fraction, spec.data.resize, spec.train.batch_size) == (None, "none", 128)
    assert "source: cifar10\n" in draft(survey=many, source=Cifar10())


@pytest.mark.parametrize(
    ("image", "chosen"),
    [
        ((28, 28, 1), (28, 28, 1)),
        ((96, 50, 3), (96, 50, 3)),
        ((480, 640, 3), (224, 224, 3)),
        ((200, 640, 3), (192, 192, 3)),
        ((20, 640, 3), (20, 20, 3)),
    ],
)
def test_the_input_of_photographs_is_a_square_that_fits(image, chosen):
    assert choose_input(image) == chosen
