import numpy as np
import pytest

from resnet_spec.data import survey_source as survey_source_module
from resnet_spec.data.find_source import find_source
from resnet_spec.data.load_digits import load_digits
from resnet_spec.data.open_image import open_image
from resnet_spec.data.survey import Survey
from resnet_spec.data.survey_source import survey_source
from resnet_spec.diagnostic import InputError
from resnet_spec.spec.data import Cifar10, Digits, ImageFolder, Npz


def survey(path):
    source, there = find_source(str(path))
    assert there
    return survey_source(source)


def test_a_folder_and_an_archive_tell_the_same(files, folder, zipped):
    expected = Survey(2, (4, 4, 3), 6, has_test=True, has_validation=False)
    assert survey(folder(files)) == survey(zipped(files)) == expected


def test_class_folders_alone_have_no_test_split(png, folder):
    files = {f"{name}/{n}.png": png(n, shape=(6, 9, 1)) for name in "abc" for n in range(2)}
    assert survey(folder(files)) == Survey(3, (6, 9, 1), 6, has_test=False, has_validation=False)


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("LA", 1), ("1", 1), ("P", 3), ("RGBA", 3), ("I;16", 1)])
def test_channels_are_those_of_the_picture(mode, channels, tmp_path):
    from PIL import Image

    for name in "ab":
        (tmp_path / "images" / name).mkdir(parents=True)
        Image.new(mode, (7, 5)).save(tmp_path / "images" / name / "1.png")
    assert survey(tmp_path / "images").shape == (5, 7, channels)


def test_sizes_that_differ_give_their_median(png, folder):
    sides = [30, 59, 44, 31, 58, 46, 45]
    files = {f"{name}/{n}.png": png(n, shape=(side, side + 1, 1)) for name in "ab" for n, side in enumerate(sides)}
    assert survey(folder(files)) == Survey(2, (45, 46, 1), 14, has_test=False, has_validation=False, alike=False)


def test_a_bounded_number_of_images_is_opened_from_everywhere(png, folder, monkeypatch):
    opened = []
    monkeypatch.setattr(
        survey_source_module, "open_image", lambda content: opened.append(content) or open_image(content)
    )
    last = {"b/99.png": png(shape=(9, 9, 3))}
    found = survey(folder({f"{name}/{n:02}.png": png(n) for name in "ab" for n in range(99)} | last))
    assert (found.shape, found.train_images) == ((4, 4, 3), 199)
    assert len(opened) == 32
    assert opened[0] == png(0)
    assert opened[16] == png(0), "the first one of the second class"


def test_arrays(tmp_path):
    np.savez(tmp_path / "x.npz", x_train=np.zeros((5, 8, 6), np.uint8), y_train=np.array([0, 1, 2, 0, 1]))
    assert survey(tmp_path / "x.npz") == Survey(3, (8, 6, 1), 5, has_test=False, has_validation=False)


def test_embedded_digits_are_what_is_said_of_them():
    loaded, said = load_digits(), survey_source(Digits())
    assert loaded.train.images.shape[1:] == said.shape
    assert len(loaded.class_names) == said.classes
    assert len(loaded.train) * 0.8 == pytest.approx(said.train_images, abs=1)


def test_what_is_there_comes_before_a_word(tmp_path, monkeypatch, files, folder):
    monkeypatch.chdir(tmp_path)
    assert find_source("cifar10") == (Cifar10(), True)
    assert find_source("pictures") == (ImageFolder(path="pictures"), False)
    assert find_source("pictures.npz") == (Npz(path="pictures.npz"), False)
    folder(files, "cifar10")
    assert find_source("cifar10") == (ImageFolder(path="cifar10"), True)


def test_damaged_images_are_passed_over_as_long_as_one_is_whole(files, folder):
    assert survey(folder({**files, "train/a/0.png": b"no picture"}, "damaged")).shape == survey(folder(files)).shape
    rubbish = {name: b"no picture" if name.startswith("train") else content for name, content in files.items()}
    with pytest.raises(InputError) as refused:
        survey(folder(rubbish, "rubbish"))
    assert "`train/a/0.png`" in refused.value.diagnostics[0].message


def test_faults_of_the_layout_are_said(files, folder):
    empty = folder({"train/a/0.png": files["train/a/0.png"]}, "empty")
    (empty / "train" / "b").mkdir()
    with pytest.raises(InputError, match=r"`b`.*is empty"):
        survey(empty)
