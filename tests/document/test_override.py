import pytest

from resnet_spec.diagnostic import Code, SpecErrors


def test_a_setting_is_typed_like_the_file(compile_text, tiny):
    compiled = compile_text(tiny, "model.classes=5", "model.stages.1.filters=16", "name='7'")
    assert compiled.spec.model.classes == 5
    assert compiled.spec.model.stages[1].filters.text == "16"
    assert compiled.spec.name == "7"


def test_a_setting_can_make_a_section(compile_text, tiny):
    compiled = compile_text(tiny, "train={epochs: 2, optimizer: adam}", "train.epochs=9")
    assert compiled.spec.train.epochs == 9


def test_a_wrong_setting_is_located_in_the_setting(compile_text, tiny):
    with pytest.raises(SpecErrors) as error:
        compile_text(tiny, "model.classes=three")
    (fault,) = error.value.diagnostics
    assert str(fault.span) == "--set:1:15"
    assert fault.span.source.line(1) == "model.classes=three"


@pytest.mark.parametrize("setting", ["model.classes", "=3", "model.stages.7.filters=1", "model.stages.x=1"])
def test_a_setting_that_cannot_be_applied(compile_text, tiny, setting):
    with pytest.raises(SpecErrors) as error:
        compile_text(tiny, setting)
    assert error.value.diagnostics[0].code is Code.OVERRIDE


@pytest.mark.parametrize("setting", ["model..classes=3", ".name=x", "model.=3"])
def test_an_empty_part_of_a_path_is_refused(compile_text, tiny, setting):
    with pytest.raises(SpecErrors) as error:
        compile_text(tiny, setting)
    assert error.value.diagnostics[0].code is Code.OVERRIDE


def test_null_is_a_value_like_another(compile_text, tiny):
    assert compile_text(tiny + "train: {epochs: 2, optimizer: adam}\n", "train=null").spec.train is None
    with pytest.raises(SpecErrors) as error:
        compile_text(tiny, "model=null")
    (fault,) = error.value.diagnostics
    assert str(fault.span) == "--set:1:7"
    assert "found nothing" in fault.message


def test_an_empty_key_is_an_unknown_key(compile_text, tiny):
    with pytest.raises(SpecErrors) as error:
        compile_text(tiny + '"": 3\ntrain: {"": 1, epochs: 2, optimizer: adam}\n')
    assert [fault.code for fault in error.value.diagnostics] == [Code.UNKNOWN_KEY, Code.UNKNOWN_KEY]


@pytest.mark.parametrize(
    ("setting", "column", "help"),
    [
        ("model.stages[9].filters=1", 14, "it has 2 items: the last is 1"),
        ("model.stages[-1].filters=1", 14, "it has 2 items: the last is 1"),
        ("model.stages.7.filters=1", 14, "it has 2 items: the last is 1"),
        (" model.stages[2].filters=1", 15, "it has 2 items: the last is 1"),
        ("model.stages[0].entry[0].conv.filters=1", 23, "it is empty"),
    ],
)
def test_a_position_that_is_not_there_is_pointed_at(compile_text, tiny, setting, column, help):
    with pytest.raises(SpecErrors) as error:
        compile_text(tiny, "model.stages[0].entry=[]", setting)
    (fault,) = error.value.diagnostics
    assert (fault.span.column, fault.help) == (column, help)
    assert setting[column - 1 : fault.span.end_column - 1] == fault.message.split("`")[1]


def test_brackets_and_dots_say_the_same(compile_text, tiny):
    settings = ("model.stages[1].filters=16", "model.stages.1.filters=16")
    first, second = (compile_text(tiny, setting).spec for setting in settings)
    assert first == second
    for setting in ("model.stages[1.filters=1", "model.stages[].filters=1", "model.stages]1[=1"):
        with pytest.raises(SpecErrors) as error:
            compile_text(tiny, setting)
        assert error.value.diagnostics[0].code is Code.OVERRIDE
