import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.data.cifar_set import CIFAR10, CIFAR100
from resnet_spec.data.fit_image import MODES
from resnet_spec.diagnostic import Code, SpecErrors
from resnet_spec.spec.data import PICTURE_CHANNELS, Cifar10, Cifar100

DATA = "data: {{source: {source}, resize: {resize}}}\n"


@pytest.fixture
def faults(tmp_path, monkeypatch, tiny):
    monkeypatch.chdir(tmp_path)

    def find(source, shape, classes, resize="none", more=""):
        text = tiny.replace("[8, 8, 1]", str(shape)).replace("classes: 3", f"classes: {classes}")
        (tmp_path / "net.yaml").write_text(text + DATA.format(source=source, resize=resize) + more)
        try:
            compile_spec("net.yaml", own_images=True)
        except SpecErrors as error:
            return error.diagnostics
        return ()

    return find


@pytest.mark.parametrize(
    ("source", "shape", "classes", "resize"),
    [
        ("digits", [8, 8, 1], 10, "none"),
        ("digits", [8, 8, 3], 10, "none"),
        ("digits", [16, 12, 1], 10, "stretch"),
        ("cifar10", [32, 32, 3], 10, "none"),
        ("cifar10", [32, 32, 1], 10, "none"),
        ("cifar100", [48, 48, 3], 100, "crop"),
        ("{cifar10: {path: copy.tar.gz}}", [32, 32, 3], 10, "none"),
        ("{image_folder: photos}", [99, 99, 4], 7, "none"),
        ("{npz: photos.npz}", [99, 99, 4], 7, "none"),
    ],
)
def test_what_can_be_is_no_fault(faults, source, shape, classes, resize):
    assert faults(source, shape, classes, resize) == ()


@pytest.mark.parametrize(
    ("source", "shape", "classes", "resize", "line", "says"),
    [
        ("digits", [8, 8, 1], 7, "none", "net.yaml:4:12", "`digits` has 10 classes; `model.classes` is 7"),
        ("cifar100", [32, 32, 3], 10, "none", "net.yaml:4:12", "`cifar100` has 100 classes"),
        ("{digits: {test_fraction: 0.5}}", [8, 8, 1], 11, "none", "net.yaml:4:12", "`digits` has 10 classes"),
        ("digits", [16, 16, 1], 10, "none", "net.yaml:3:18", "are 8x8x1; the input is 16x16x1"),
        ("digits", [8, 8, 2], 10, "stretch", "net.yaml:3:18", "are 8x8x1; the input is 8x8x2"),
        ("cifar10", [8, 8, 1], 10, "none", "net.yaml:3:18", "are 32x32x3; the input is 8x8x1"),
    ],
)
def test_what_cannot_be_is_said_at_the_setting(faults, source, shape, classes, resize, line, says):
    (fault,) = faults(source, shape, classes, resize)
    assert fault.code is Code.DATA_MISMATCH
    assert (str(fault.span), says in fault.message) == (line, True)
    assert ("data.resize" in fault.help) is ("input" in fault.message and shape[2] in PICTURE_CHANNELS)


def test_it_hides_no_other_fault_and_no_other_hides_it(faults):
    found = faults("digits", [16, 16, 1], 7, more="train: {epochs: 0, optimizer: adam}\n")
    assert [fault.code for fault in found] == [Code.DATA_MISMATCH, Code.DATA_MISMATCH, Code.WRONG_VALUE]


def test_what_only_stands_in_is_not_held_against_the_source(faults):
    assert [fault.code for fault in faults("digits", [8, 8, 1], "seven")] == [Code.WRONG_TYPE]


def test_it_points_at_the_source_where_only_that_is_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text("extends: quickstart\ndata: {source: cifar10}\n")
    with pytest.raises(SpecErrors) as error:
        compile_spec("net.yaml", own_images=True)
    (fault,) = error.value.diagnostics
    assert str(fault.span) == "net.yaml:2:16"
    assert [str(span) for span, _ in fault.related] == ["<shipped>/quickstart.yaml:5:18"]


def test_a_network_can_be_looked_at_and_trained_on_other_images(program, tmp_path):
    change = ("--set", "model.classes=7")
    for command in (["check", "quickstart"], ["build", "quickstart", "-o", "out"], ["train", "quickstart"]):
        done = program(*command, *change)
        assert done.returncode == 1
        assert "error[RS406]: `digits` has 10 classes" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == []
    assert program("render", "quickstart", *change).returncode == 0
    done = program("train", "quickstart", *change, "--data", "none.zip")
    assert "RS406" not in done.stderr
    assert "cannot find the data `none.zip`" in done.stderr


def test_the_facts_are_those_of_the_archives():
    assert set(MODES) == PICTURE_CHANNELS
    for kind, published in ((Cifar10, CIFAR10), (Cifar100, CIFAR100)):
        assert kind.train_images == len(published.train) * published.images[0]
