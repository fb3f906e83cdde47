"""Facts of a build or of a run -> Markdown and HTML that explain themselves, with no network and no framework.

Enters: `Facts`, made of plain values. Leaves: text. No files are read or written here, and nothing is measured.
"""
