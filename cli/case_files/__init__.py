"""Case files with known answers, and which part of the product answers which kind of case.

An adapter translates a case into the product's own terms, asks the same functions that the
commands use, and writes the answer in the form of the case. It decides nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cli.case_files import commercial, payers, ratings, scheme, states, treaties, triangles

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]

KINDS: Mapping[str, Answer] = {
    **scheme.ROWS,
    **commercial.ROWS,
    **ratings.ROWS,
    **payers.ROWS,
    **states.ROWS,
    **treaties.ROWS,
    **triangles.ROWS,
}


def kind_of(case: Mapping[str, Any]) -> str:
    """What a case is about. Treaties name a family and triangles ask queries instead of a kind."""
    if "kind" in case:
        return str(case["kind"])
    if "family" in case:
        return "treaty"
    return "triangle" if "queries" in case else ""


def expected_of(case: Mapping[str, Any]) -> Any:
    """The known answer of a case, in the form of a result; None where there is none."""
    if kind_of(case) == "triangle":
        known = {q["name"]: q["cells"] for q in case["queries"] if "cells" in q}
        known |= {"metrics": case["metrics"]} if "metrics" in case else {}
        return known or None
    return case.get("expected", case.get("expect"))


def without_answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case as it is put to the product: with nothing in it that gives the answer away."""
    hidden = ("expected", "expect", "metrics", "hand_checked", "id", "title", "note", "why")
    asked = {key: value for key, value in case.items() if key not in hidden}
    if kind_of(case) == "triangle":
        asked["queries"] = [{k: v for k, v in q.items() if k != "cells"} for q in case["queries"]]
    return asked
