import pytest

from resnet_spec.spec import Spec
from resnet_spec.spec.describe import describe
from resnet_spec.spec.field import Node


def nodes(node=Node):
    for child in node.__subclasses__():
        if child.model_fields:
            yield child
        yield from nodes(child)


@pytest.mark.parametrize("node", sorted(set(nodes()), key=lambda node: node.__name__), ids=lambda node: node.__name__)
def test_every_field_says_what_it_means(node):
    assert issubclass(Spec, Node)
    assert [field for field in node.model_fields if not describe(node, field)] == []
    assert node.__doc__
