"""The file that ships: describe it, verify it, open it, predict and score with it.

Enters: ONNX files and bytes, images. Leaves: a verified file, predictions, scores. onnx and onnxruntime are imported
inside functions; TensorFlow and Keras never are, so that figures come from the file that ships and from nothing else.
"""
