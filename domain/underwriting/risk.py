"""How an application is scored: points are taken from 100, each with the factor that took them.

The table is ours. It is set so that the three journeys of the platform document come out as
told there: 28 years, no findings: low risk; 45 years, body mass index 32, controlled
hypertension, medium-risk work: medium, loading 15 %; 55 years, smoker, diabetic: high, 40 %.
"""

from dataclasses import dataclass

from domain.underwriting.events import Declaration, Occupation, RiskCategory

LOW_FROM = 75
MEDIUM_FROM = 45


@dataclass(frozen=True, slots=True)
class Assessment:
    score: int
    category: RiskCategory
    factors: tuple[str, ...]
    recommended_loading_bps: int


def assess(declared: Declaration) -> Assessment:
    """Score from 0 to 100, its category, the factors in words, and the loading to recommend."""
    taken = [*_age(declared), *_body(declared), *_habits(declared), *_work(declared)]
    score = max(0, 100 - sum(points for points, _ in taken))
    category = (
        RiskCategory.LOW
        if score >= LOW_FROM
        else RiskCategory.MEDIUM
        if score >= MEDIUM_FROM
        else RiskCategory.HIGH
    )
    loading = {RiskCategory.LOW: 0, RiskCategory.MEDIUM: 1_500, RiskCategory.HIGH: 4_000}
    return Assessment(score, category, tuple(why for _, why in taken), loading[category])


def _age(declared: Declaration) -> list[tuple[int, str]]:
    if declared.age >= 55:
        return [(20, "age 55 or above")]
    return [(10, "age 40 or above")] if declared.age >= 40 else []


def _body(declared: Declaration) -> list[tuple[int, str]]:
    if declared.bmi_tenths >= 350:
        return [(20, "body mass index 35 or above")]
    return [(10, "body mass index 30 or above")] if declared.bmi_tenths >= 300 else []


def _habits(declared: Declaration) -> list[tuple[int, str]]:
    smoking = [(20, "smoker")] if declared.smoker else []
    return smoking + [(20, f"condition declared: {name}") for name in declared.conditions]


def _work(declared: Declaration) -> list[tuple[int, str]]:
    points = {Occupation.LOW_RISK: 0, Occupation.MEDIUM_RISK: 5, Occupation.HIGH_RISK: 15}
    taken = points[declared.occupation]
    return [(taken, f"occupation {declared.occupation}")] if taken else []
