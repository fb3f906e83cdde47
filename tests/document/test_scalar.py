import pytest

from resnet_spec.document.scalar import ScalarFault, resolve_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-4", 1e-4), ("1e4", 1e4), ("1.0e4", 1e4), ("12_627_082", 12_627_082), ("-3", -3), (".5", 0.5), ("0", 0)],
)
def test_numbers_are_numbers(text, value):
    found = resolve_scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["no", "off", "yes", "on", "1:30", "2024-13-45", "2024-01-01", "=", "1e", "e5", "1_"])
def test_text_stays_text(text):
    assert resolve_scalar(text) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("012", "leading zero"),
        ("0x1F", "not decimal"),
        ("0o17", "not decimal"),
        (".nan", "not finite"),
        ("-.inf", "not finite"),
        ("1e999", "out of range"),
        ("9" * 5000, "out of range"),
    ],
)
def test_what_nearly_is_a_number_is_refused_with_help(text, says):
    with pytest.raises(ScalarFault) as fault:
        resolve_scalar(text)
    message, help = fault.value.args
    assert says in message
    assert help
