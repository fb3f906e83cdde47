"""resnet-spec: a compiler for residual networks, from one YAML spec to a verified ONNX file."""

__version__ = "0.1.0"
