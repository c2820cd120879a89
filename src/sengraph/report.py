"""What a check found: faults in a stable order, what was looked at, and two ways to show it."""

from __future__ import annotations

import json
from dataclasses import dataclass

KINDS = {
    "shapes": "something is missing or wrong in what a code states (ontology/shapes.ttl)",
    "consistency": "the triples contradict each other",
    "terms": "a term is used that nobody declares",
    "locators": "places in the text do not fit together",
    "generated": "the generated classes are not those that the responsibilities make",
    "source": "the graph and the text differ",
}
"""The kinds of fault in the order of a report, and what each one means."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        kind: one of `KINDS`.
        where: the resource, as a compact name, or the place in the text; empty if it is the whole graph.
        message: what is wrong and what to do about it, one line.
    """

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Attributes:
        files: the files that were checked, as they were named.
        source: the text that they were held against; None without one.
        counts: what was looked at and how much of it, in the order of the work.
        faults: what is wrong, by kind in the order of `KINDS`, each kind in the order of its subject.
        notes: what could not be decided, though nothing is wrong.
    """

    files: tuple[str, ...]
    source: str | None
    counts: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True if there is no fault."""
        return not self.faults

    def as_json(self) -> str:
        """Return the report as a JSON object, indented.

        Returns:
            `ok` (boolean), `files` (strings), `source` (string or null), `counts` (an object of integers),
            `faults` (objects with the strings `kind`, `where` and `message`), `notes` (strings).

        >>> json.loads(Report((), None, (("responsibilities", 31),), ()).as_json())["counts"]
        {'responsibilities': 31}
        """
        report = {
            "ok": self.ok,
            "files": list(self.files),
            "source": self.source,
            "counts": dict(self.counts),
            "faults": [{"kind": f.kind, "where": f.where, "message": f.message} for f in self.faults],
            "notes": list(self.notes),
        }
        return json.dumps(report, indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        """Return the report for people: a heading for each kind of fault, its faults, then what was checked.

        >>> print(Report((), None, (("cells", 14),), (Fault("source", "p. 15", "changed"),)))
        source: the graph and the text differ
          p. 15: changed
        <BLANKLINE>
        1 fault. Checked: cells 14.
        """
        lines: list[str] = []
        for kind, meaning in KINDS.items():
            faults = [fault for fault in self.faults if fault.kind == kind]
            lines += [f"{kind}: {meaning}"] if faults else []
            lines += [f"  {fault.where}: {fault.message}" if fault.where else f"  {fault.message}" for fault in faults]
            lines += [""] if faults else []
        lines += [f"note: {note}" for note in self.notes]
        checked = ", ".join(f"{what} {number:,}" for what, number in self.counts)
        number = len(self.faults)
        lines.append(f"{number or 'No'} fault{'' if number == 1 else 's'}. Checked: {checked}.")
        return "\n".join(lines)
