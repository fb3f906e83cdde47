"""What a command does, from end to end, without the terminal: train, export and report a run.

Enters: a compiled spec or a run directory. Leaves: files in that directory, and facts. Only here do the training, the
deployment and the report rooms meet.
"""
