"""The datatypes of OWL 2 RL: which value a literal denotes, and which datatypes contain it.

A datatype is a *value space*, a set of *lexical forms*, and a mapping from forms to values. The map here
has a few primitive spaces, disjoint from each other, and cuts every other datatype out of one of them:
`xsd:byte` reads what `xsd:integer` reads and keeps what lies between -128 and 127. So a literal is
ill-typed if its form cannot be read or if the value falls outside (the rule dt-not-type), and the value
alone tells which literals are the same (dt-eq, dt-diff) and which datatypes contain them (dt-type2).

Two values are the same if they are *identical*, which is less than being equal in order and arithmetic. OWL 2
says so in its two examples: "Since positive and negative zero are not identical, the first two axioms violate the
restriction" (section 4.2; "equality is used only in the definition of facets"), and "two xsd:dateTime values
representing the same time instant but with different time zone offsets are equal, but not identical" (section 4.7).
By the same relation NaN, which is not equal to itself, is identical to itself.

Lexical forms are taken as they are. The whiteSpace facet of XML Schema tells how to come from an XML document to a
lexical form; a literal has a lexical form already, and with a space too many it is ill-typed (RDF 1.1 Concepts,
section 5.1).

Sources: OWL 2 Profiles (second edition), section 4.2.1 (the datatypes; owl:real and owl:rational are not in OWL 2 RL)
and section 4.3, table 8; OWL 2 Structural Specification (second edition), section 4; XML Schema 1.1 part 2, sections
2.2 (identity, equality), 3.3 and 3.4; rdf:PlainLiteral (second edition), section 3; RDF 1.1 Concepts, section 5.
"""

from __future__ import annotations

import binascii
import math
import re
import struct
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from html import escape
from typing import Any, NamedTuple
from xml.parsers import expat

from sengraph.terms import RDF, RDFS, XSD


class Value(NamedTuple):
    """A data value. Two literals denote the same one if, and only if, their values are equal in Python.

    Attributes:
        space: the primitive value space: `real`, `double`, `float`, `string`, `boolean`, `hex`, `base64`, `uri`,
            `instant` or `xml`; values of two spaces are never the same.
        value: the value, hashable, in a form where equality in Python is identity: a number (`real`), a hexadecimal
            notation (`double`, `float`), text, or text with its language tag (`string`), octets (`hex`, `base64`),
            an `Instant`, or canonical text (`xml`).
    """

    space: str
    value: object


class Datatype(NamedTuple):
    """A datatype of the map: a part of a primitive value space, and the forms that denote its values.

    Attributes:
        space: the primitive value space; empty if it is all of them.
        read: gives the value, in the primitive space, of a lexical form, and None for any other text.
        holds: whether a value of the primitive space is in the value space of this datatype.
    """

    space: str
    read: Callable[[str], object]
    holds: Callable[[Any], bool]


class Instant(NamedTuple):
    """The seven properties of a time instant (XML Schema 1.1 part 2, section D.2.1).

    Attributes:
        year, month, day, hour, minute, second: local time, in the proleptic Gregorian calendar, with a year 0.
        zone: minutes east of UTC, or None.
    """

    year: int | Decimal
    month: int
    day: int
    hour: int
    minute: int
    second: Decimal
    zone: int | None


def _all(_value: object) -> bool:
    return True


def _unreadable(_lexical: str) -> None:
    return None


# Text. The characters are those of XML 1.1, which XML Schema 1.1 allows and which leaves more text well-typed.

_NO_CHARACTER = re.compile(r"[\x00\ud800-\udfff\ufffe\uffff]")

_NAME_START = (
    r"A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _NAME_START + r"0-9.\-\xb7\u0300-\u036f\u203f\u2040"

_LANGUAGE = r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"

_TEXTS = {
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": _LANGUAGE,
    "Name": f"[:{_NAME_START}][:{_NAME}]*",
    "NCName": f"[{_NAME_START}][{_NAME}]*",
    "NMTOKEN": f"[:{_NAME}]+",
}
"""The datatypes cut out of xsd:string, by the pattern of their values (section 3.4)."""


def _text(lexical: str) -> str | None:
    return None if _NO_CHARACTER.search(lexical) else lexical


def _tagged(lexical: str, tag: str) -> str | tuple[str, str] | None:
    """Pair text with its language, in lower case; without a language it is the text itself."""
    text = _text(lexical)
    return (text, tag.lower()) if tag and text is not None else text


def _plain(lexical: str) -> str | tuple[str, str] | None:
    """Read text, an @ and a tag, which may be empty (rdf:PlainLiteral, section 3)."""
    text, at, tag = lexical.rpartition("@")
    return _tagged(text, tag) if at and (not tag or re.fullmatch(_LANGUAGE, tag)) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_tagged(value: object) -> bool:
    return isinstance(value, tuple)


def _matching(pattern: str) -> Callable[[object], bool]:
    fullmatch = re.compile(pattern).fullmatch
    return lambda value: isinstance(value, str) and fullmatch(value) is not None


# Numbers. A decimal number and an integer are the same value where they are the same number (section 4.1 of OWL 2);
# Python compares and hashes `int` and `Decimal` by that. A decimal context would round, but is never asked.

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_INTEGER = re.compile(r"[+-]?[0-9]+").fullmatch
_FLOATING = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN").fullmatch

_SHORT = 640
"""The length up to which `int` reads text whatever `sys.set_int_max_str_digits` says."""

_ANY = Decimal("Infinity")
_INTEGERS: dict[str, tuple[int | Decimal, int | Decimal]] = {
    "nonNegativeInteger": (0, _ANY),
    "nonPositiveInteger": (-_ANY, 0),
    "positiveInteger": (1, _ANY),
    "negativeInteger": (-_ANY, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
"""The datatypes cut out of xsd:integer, by their least and greatest value (section 3.4)."""


def _number(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _SHORT else Decimal(digits)


def _decimal(lexical: str) -> Decimal | None:
    return Decimal(lexical) if _DECIMAL(lexical) else None


def _integer(lexical: str) -> int | Decimal | None:
    return _number(lexical) if _INTEGER(lexical) else None


def _is_whole(number: int | Decimal) -> bool:
    return isinstance(number, int) or number == number.to_integral_value()


def _within(low: int | Decimal, high: int | Decimal) -> Callable[[int | Decimal], bool]:
    return lambda number: low <= number <= high and _is_whole(number)


# Floating-point numbers, as the notation of `float.hex`: there NaN is NaN and -0 is not 0. A number too large for
# the type is an infinity and one too small a zero, so neither is ill-typed (the function floatingPointRound).

_SINGLE_LIMIT = 2.0**128


def _double(lexical: str) -> str | None:
    return float(lexical).hex() if _FLOATING(lexical) else None


def _float(lexical: str) -> str | None:
    return _single(lexical).hex() if _FLOATING(lexical) else None


def _single(lexical: str) -> float:
    """Round a number to the nearest one of single precision.

    It is rounded by way of double precision, which goes wrong in one case: a number close to the middle between two
    singles becomes that middle, and then the even neighbour, on whichever side it was. There the exact number decides.
    """
    double = float(lexical)
    if not abs(double) < _SINGLE_LIMIT:
        return math.nan if math.isnan(double) else math.copysign(math.inf, double)
    near = _nearest(double)
    far = 2 * double - near
    if far != near and far == _nearest(far):
        exact, middle = Decimal(lexical), Decimal.from_float(double)
        if exact != middle:
            near = max(near, far) if exact > middle else min(near, far)
    return near if abs(near) < _SINGLE_LIMIT else math.copysign(math.inf, near)


def _nearest(double: float) -> float:
    try:
        single: float = struct.unpack(">f", struct.pack(">f", double))[0]
    except OverflowError:
        return math.copysign(_SINGLE_LIMIT, double)
    return single


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


# Octets (sections 3.3.15 and 3.3.16). Between two characters of Base64 there may be one space, and the bits that
# the last character has too many are zero.

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*").fullmatch
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?").fullmatch


def _hex(lexical: str) -> bytes | None:
    return bytes.fromhex(lexical) if _HEX(lexical) else None


def _base64(lexical: str) -> bytes | None:
    if lexical.startswith(" ") or lexical.endswith(" ") or "  " in lexical:
        return None
    digits = lexical.replace(" ", "")
    return binascii.a2b_base64(digits) if _BASE64(digits) else None


# Time instants (section 3.3.7).

_INSTANT = re.compile(
    r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])T"
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)|24:00:00(?:\.0+)?)"
    r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
).fullmatch
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _instant(lexical: str) -> Instant | None:
    """Read a dateTime; the end of a day, 24:00:00, is the beginning of the next."""
    match = _INSTANT(lexical)
    if match is None:
        return None
    year, month, day = _number(match["year"]), int(match["month"]), int(match["day"])
    last = 29 if month == 2 and _is_leap(match["year"]) else _DAYS[month - 1]
    if day > last:
        return None
    zone = _minutes(match["zone"])
    if match["hour"]:
        return Instant(year, month, day, int(match["hour"]), int(match["minute"]), Decimal(match["second"]), zone)
    if day < last:
        day += 1
    elif month < 12:
        month, day = month + 1, 1
    else:
        year, month, day = year + 1 if isinstance(year, int) else _EXACT.add(year, 1), 1, 1
    return Instant(year, month, day, 0, 0, Decimal(0), zone)


def _is_leap(year: str) -> bool:
    """Tell a leap year by its last four digits, since 10 000 years are 25 whole cycles of 400."""
    cycle = int(year[-4:])
    return cycle % 4 == 0 and (cycle % 100 != 0 or cycle % 400 == 0)


def _minutes(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = 60 * int(zone[1:3]) + int(zone[4:])
    return -minutes if zone[0] == "-" else minutes


def _has_zone(instant: Instant) -> bool:
    return instant.zone is not None


def _xml(lexical: str) -> str | None:
    """Write XML content in one canonical way, or tell that it is not well-formed.

    The content is put into an element, where a document type is not well-formed: it can declare no entity, so none is
    expanded or fetched. Written out are the nodes of the document fragment that the content denotes (RDF 1.1 Concepts,
    section 5.3): elements, with their attributes and namespace declarations in order, text, comments, instructions.
    """
    document = f"<x>{lexical}</x>"
    nodes = list[str]()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: nodes.append(_start_tag(name, attributes))
    parser.EndElementHandler = lambda name: nodes.append(f"</{name}>")
    parser.CharacterDataHandler = lambda text: nodes.append(escape(text))
    parser.CommentHandler = lambda text: nodes.append(f"<!--{text}-->")
    parser.ProcessingInstructionHandler = lambda target, data: nodes.append(f"<?{target} {data}?>")
    try:
        parser.Parse(document, True)
        expat.ParserCreate(namespace_separator=" ").Parse(document, True)  # are all prefixes declared?
    except (expat.ExpatError, UnicodeEncodeError):
        return None
    return "".join(nodes)


def _start_tag(name: str, attributes: Mapping[str, str]) -> str:
    return "".join((f"<{name}", *(f' {key}="{escape(text)}"' for key, text in sorted(attributes.items())), ">"))


DATATYPES: Mapping[str, Datatype] = {
    f"{RDFS}Literal": Datatype("", _unreadable, _all),
    f"{RDF}PlainLiteral": Datatype("string", _plain, _all),
    f"{RDF}langString": Datatype("string", _unreadable, _is_tagged),
    f"{XSD}string": Datatype("string", _text, _is_text),
    **{f"{XSD}{name}": Datatype("string", _text, _matching(pattern)) for name, pattern in _TEXTS.items()},
    f"{XSD}decimal": Datatype("real", _decimal, _all),
    f"{XSD}integer": Datatype("real", _integer, _is_whole),
    **{f"{XSD}{name}": Datatype("real", _integer, _within(*bounds)) for name, bounds in _INTEGERS.items()},
    f"{XSD}double": Datatype("double", _double, _all),
    f"{XSD}float": Datatype("float", _float, _all),
    f"{XSD}boolean": Datatype("boolean", _BOOLEANS.get, _all),
    f"{XSD}hexBinary": Datatype("hex", _hex, _all),
    f"{XSD}base64Binary": Datatype("base64", _base64, _all),
    f"{XSD}anyURI": Datatype("uri", _text, _all),
    f"{XSD}dateTime": Datatype("instant", _instant, _all),
    f"{XSD}dateTimeStamp": Datatype("instant", _instant, _has_zone),
    f"{RDF}XMLLiteral": Datatype("xml", _xml, _all),
}
"""Every datatype of OWL 2 RL, by its IRI, and rdf:langString, the part of rdf:PlainLiteral that has a language.

No text is a lexical form of rdfs:Literal, which is all values of all datatypes, or of rdf:langString, whose literals
have a language tag instead."""


def value(lexical: str, datatype: str, language: str | None = None) -> Value | None:
    """Find the data value that a literal denotes.

    Args:
        lexical: the lexical form, any text.
        datatype: the IRI of a datatype of the map.
        language: the language tag, in any case; where there is one, the datatype is not looked at.

    Returns:
        the value; None if the literal is ill-typed: its lexical form is not one of the datatype's.

    Errors:
        KeyError: the datatype is not in `DATATYPES`, and there is no language tag.

    >>> value("01", f"{XSD}byte") == value("1", f"{XSD}integer")
    True
    >>> value("128", f"{XSD}byte") is None
    True
    """
    found: object
    if language:
        found = _tagged(lexical, language)
        return None if found is None else Value("string", found)
    space, read, holds = DATATYPES[datatype]
    found = read(lexical)
    return None if found is None or not holds(found) else Value(space, found)


def contains(datatype: str, value: Value) -> bool:
    """Tell whether a data value lies in the value space of a datatype, whatever the literal that denotes it.

    Args:
        datatype: the IRI of a datatype of the map.
        value: what `value` gives.

    Returns:
        whether it does.

    Errors:
        KeyError: the datatype is not in `DATATYPES`.

    >>> contains(f"{XSD}byte", Value("real", 127)), contains(f"{XSD}byte", Value("real", 128))
    (True, False)
    """
    space, _, holds = DATATYPES[datatype]
    return not space or (space == value.space and holds(value.value))
