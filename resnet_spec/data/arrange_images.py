"""Paths under a root -> splits, classes and labels.

Enters: entries, sorted. Leaves: which file is which class's image in which split, and what is wrong with the layout.
Nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from resnet_spec.data.image_store import Entry
from resnet_spec.diagnostic import Code, Diagnostic

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff")
VALIDATION = ("val", "valid", "validation")
SPLITS = ("train", "test", *VALIDATION)
LITTER = ("__macosx", "thumbs.db", "desktop.ini")
NO_SPLIT = "the folder is none of `train`, `test`, `val`, `valid` and `validation`"
LAYOUT = "put the images in `train/<class>/` and `test/<class>/`, or in `<class>/`"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The files of each split; a split that is not there has no key."""

    class_names: tuple[str, ...]
    splits: dict[str, tuple[tuple[Entry, int], ...]]
    """`train`, `test`, `val`, `valid` or `validation` -> each file of a class folder, and its label."""
    skipped: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    empty_classes: frozenset[str] = frozenset()
    """Classes with a folder that is empty, in whichever split."""


@dataclass(frozen=True, slots=True)
class _Sorted:
    classes: dict[str, dict[str, list[Entry]]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def deeper(self, folder: str) -> None:
        self.problems[folder] = f"`{folder}` is a folder inside a class folder"


def arrange_images(entries: Iterable[Entry], *, needs_train: bool = True) -> Arrangement:
    """Read the layout: `[top/]train/<class>/*`, `test/`, `val/`; or `[top/]<class>/*`, all training.

    `val` may be called `valid` or `validation`. Without `needs_train`, there need not be a `train` among the splits.

    Hidden files and what desktops leave behind are passed over; other files that have no place are listed as skipped.
    """
    visible = [entry for entry in entries if not any(_litter(part) for part in entry.parts)]
    depth = _depth(visible)
    tops = _folders(visible, depth)
    found = _Sorted()
    if tops and tops.isdisjoint(SPLITS) and {top.lower() for top in tops} <= set(SPLITS):
        listed = ", ".join(f"`{top}`" for top in sorted(tops))
        message = f"the folders {listed} are splits by their names, but for the capitals"
        help = f"rename them: {', '.join(f'`{top.lower()}`' for top in sorted(tops))}"
        return Arrangement((), {}, (), (Diagnostic(Code.DATA_LAYOUT, message, help=help),))
    if needs_train and tops & set(SPLITS) and "train" not in tops:
        message = f"there is a folder `{min(tops & set(SPLITS))}`, but no folder `train`"
        return Arrangement((), {}, (), (Diagnostic(Code.DATA_LAYOUT, message, help=LAYOUT),))
    for entry in visible:
        _place(entry, _path(entry, depth, named=bool(tops & set(SPLITS))), found)
    return _arranged(found)


def _arranged(found: _Sorted) -> Arrangement:
    names = tuple(sorted({name for classes in found.classes.values() for name in classes}))
    labels = {name: label for label, name in enumerate(names)}
    splits = {
        split: tuple((entry, labels[name]) for name in sorted(classes) for entry in classes[name])
        for split, classes in found.classes.items()
    }
    problems = [Diagnostic(Code.DATA_LAYOUT, message, help=LAYOUT) for message in found.problems.values()]
    skipped = tuple(f"{name}: {reason}" for name, reason in found.skipped.items())
    empty = frozenset(name for classes in found.classes.values() for name, files in classes.items() if not files)
    return Arrangement(
        names, splits, skipped, (*problems, *_faults_of_splits(found), *_differences(found, empty)), empty
    )


def _litter(part: str) -> bool:
    return part.startswith(".") or part.lower() in LITTER


def _folders(entries: Iterable[Entry], depth: int) -> set[str]:
    return {entry.parts[depth] for entry in entries if len(entry.parts) > depth + (not entry.folder)}


def _depth(entries: list[Entry]) -> int:
    tops = _folders(entries, 0)
    wrapped = len(tops) == 1 and not tops & set(SPLITS) and _folders((e for e in entries if len(e.parts) > 1), 1)
    return 1 if wrapped else 0


def _path(entry: Entry, depth: int, *, named: bool) -> tuple[str, ...]:
    inner = entry.parts[depth:]
    return inner if named or not inner else ("train", *inner)


def _place(entry: Entry, path: tuple[str, ...], found: _Sorted) -> None:
    above = len(entry.parts) - len(path)
    if entry.folder:
        _place_folder(entry, path, found)
    elif len(path) > 1 and path[0] not in SPLITS:
        found.skipped["/".join(entry.parts[: above + 1])] = NO_SPLIT
    elif len(path) > 3:
        found.deeper("/".join(entry.parts[: above + 3]))
    elif len(path) == 3:
        found.classes.setdefault(path[0], {}).setdefault(path[1], []).append(entry)
    elif entry.name.lower().endswith(SUFFIXES):
        found.problems[entry.name] = f"the image `{entry.name}` is in no class folder"
    else:
        found.skipped[entry.name] = "it is in no class folder"


def _place_folder(entry: Entry, path: tuple[str, ...], found: _Sorted) -> None:
    above = len(entry.parts) - len(path)
    if path and path[0] not in SPLITS:
        found.skipped["/".join(entry.parts[: above + 1])] = NO_SPLIT
    elif len(path) > 2:
        found.deeper("/".join(entry.parts[: above + 3]))
    elif path:
        classes = found.classes.setdefault(path[0], {})
        if len(path) == 2:
            classes.setdefault(path[1], [])


def _faults_of_splits(found: _Sorted) -> Iterator[Diagnostic]:
    validation = [name for name in VALIDATION if name in found.classes]
    if len(validation) > 1:
        message = f"there is a folder {' and a folder '.join(f'`{name}`' for name in validation)}"
        yield Diagnostic(Code.DATA_LAYOUT, message, help="keep one of them")
    if not any(found.classes.values()):
        yield Diagnostic(Code.DATA_LAYOUT, "there is no class folder", help=LAYOUT)
    for split, classes in found.classes.items():
        for name, files in classes.items():
            if not files:
                message = f"the class folder `{name}` of the {split} images is empty"
                yield Diagnostic(
                    Code.DATA_LAYOUT, message, help="put images of the class into it, or delete it everywhere"
                )


def _differences(found: _Sorted, empty: frozenset[str]) -> Iterator[Diagnostic]:
    """Tell splits of other classes; what follows from an empty folder, which may go, is not said beside it."""
    if "train" not in found.classes:
        return
    train = found.classes["train"].keys()
    for split, classes in found.classes.items():
        for where, names in ((split, classes.keys() - train - empty), ("train", train - classes.keys() - empty)):
            if not names:
                continue
            other = "train" if where == split else split
            listed = ", ".join(f"`{name}`" for name in sorted(names))
            message = f"`{where}` has the class(es) {listed}; `{other}` has not"
            yield Diagnostic(Code.DATA_MISMATCH, message, help="give every split the same class folders")
