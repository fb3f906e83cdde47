import pytest

from resnet_spec.train.prepare_backend import prepare_backend


@pytest.fixture(scope="session", autouse=True)
def backend():
    prepare_backend()
