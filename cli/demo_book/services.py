"""What providers do, what it costs on the insurer's list, and which illnesses bring people in.

Codes and prices are invented; diagnoses are codes of the international classification (ICD-10).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One service or good; `price` is the list price of one unit in whole shillings."""

    code: str
    description: str
    category: str
    price: int


ITEMS = (
    Item("CON-GEN", "Consultation, general practitioner", "outpatient", 10_000),
    Item("CON-SPE", "Consultation, specialist", "outpatient", 25_000),
    Item("LAB-MRDT", "Malaria rapid test", "outpatient", 5_000),
    Item("LAB-FBC", "Full blood count", "outpatient", 12_000),
    Item("LAB-URI", "Urinalysis", "outpatient", 6_000),
    Item("LAB-GLU", "Blood glucose", "outpatient", 5_000),
    Item("LAB-CUL", "Stool microscopy and culture", "outpatient", 9_000),
    Item("IMG-XRY", "X-ray, one region", "outpatient", 25_000),
    Item("IMG-USS", "Ultrasound scan", "outpatient", 35_000),
    Item("PRO-WND", "Wound cleaning and dressing", "outpatient", 12_000),
    Item("PRO-PHY", "Physiotherapy, one session", "outpatient", 20_000),
    Item("MED-ALU", "Artemether-lumefantrine, course", "medicine", 10_000),
    Item("MED-AMX", "Amoxicillin, course", "medicine", 6_000),
    Item("MED-PCM", "Paracetamol, pack", "medicine", 2_000),
    Item("MED-ORS", "Oral rehydration salts and zinc", "medicine", 3_000),
    Item("MED-CIP", "Ciprofloxacin, course", "medicine", 9_000),
    Item("MED-AHT", "Blood pressure medicine, one month", "medicine", 18_000),
    Item("MED-MET", "Metformin, one month", "medicine", 12_000),
    Item("MED-SAL", "Salbutamol inhaler", "medicine", 14_000),
    Item("INP-BED", "Ward bed, one day", "inpatient", 45_000),
    Item("INP-NUR", "Nursing and medicines on the ward, one day", "inpatient", 30_000),
    Item("INP-REV", "Ward round, one day", "inpatient", 15_000),
    Item("SUR-APP", "Appendicectomy", "surgery", 780_000),
    Item("SUR-HER", "Hernia repair", "surgery", 640_000),
    Item("SUR-FRA", "Fracture fixation", "surgery", 920_000),
    Item("MAT-ANC", "Antenatal visit", "maternity", 15_000),
    Item("MAT-SVD", "Delivery, normal", "maternity", 280_000),
    Item("MAT-CSE", "Delivery, caesarean section", "maternity", 760_000),
    Item("DEN-EXT", "Tooth extraction", "dental", 30_000),
    Item("DEN-FIL", "Filling", "dental", 45_000),
    Item("DEN-SCA", "Scaling and polishing", "dental", 40_000),
    Item("OPT-EXA", "Eye examination", "optical", 20_000),
    Item("OPT-GLA", "Spectacles", "optical", 110_000),
    Item("COS-WHI", "Tooth whitening", "cosmetic", 150_000),
)
BY_CODE = {item.code: item for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Illness:
    """Why somebody comes: the usual lines as (code, fewest, most), and how often it happens.

    `at` says where it is treated. `nights` makes it a stay. `rains` tells that it comes with
    the long and the short rains.
    """

    kind: str
    at: str
    diagnoses: tuple[str, ...]
    lines: tuple[tuple[str, int, int], ...]
    weight: int
    nights: tuple[int, int] = (0, 0)
    ages: tuple[int, int] = (0, 120)
    women: bool = False
    rains: bool = False


ILLNESSES = (
    Illness("outpatient", "clinic", ("B54",),
            (("CON-GEN", 1, 1), ("LAB-MRDT", 1, 1), ("MED-ALU", 1, 1)), 210, rains=True),
    Illness("outpatient", "clinic", ("J06.9",),
            (("CON-GEN", 1, 1), ("MED-AMX", 1, 1), ("MED-PCM", 1, 2)), 200),
    Illness("outpatient", "clinic", ("A09",),
            (("CON-GEN", 1, 1), ("LAB-CUL", 0, 1), ("MED-ORS", 1, 3)), 90, rains=True),
    Illness("outpatient", "clinic", ("N39.0",),
            (("CON-GEN", 1, 1), ("LAB-URI", 1, 1), ("MED-CIP", 1, 1)), 80, ages=(14, 120)),
    Illness("outpatient", "clinic", ("T14.1",),
            (("CON-GEN", 1, 1), ("PRO-WND", 1, 3)), 50),
    Illness("outpatient", "hospital", ("I10",),
            (("CON-SPE", 1, 1), ("LAB-FBC", 0, 1), ("LAB-GLU", 0, 1)), 70, ages=(35, 120)),
    Illness("outpatient", "hospital", ("M54.5",),
            (("CON-SPE", 1, 1), ("IMG-XRY", 0, 1), ("PRO-PHY", 0, 4)), 45, ages=(18, 120)),
    Illness("outpatient", "hospital", ("R10.4",),
            (("CON-SPE", 1, 1), ("IMG-USS", 1, 1), ("LAB-FBC", 1, 1)), 45),
    Illness("pharmacy", "pharmacy", ("I10",), (("MED-AHT", 1, 3),), 70, ages=(35, 120)),
    Illness("pharmacy", "pharmacy", ("E11.9",), (("MED-MET", 1, 3),), 40, ages=(35, 120)),
    Illness("pharmacy", "pharmacy", ("J45.9",), (("MED-SAL", 1, 2),), 30),
    Illness("dental", "hospital", ("K02.9",), (("DEN-FIL", 1, 2),), 40, ages=(5, 120)),
    Illness("dental", "hospital", ("K08.1",), (("DEN-EXT", 1, 2),), 25, ages=(5, 120)),
    Illness("dental", "hospital", ("K03.7",), (("COS-WHI", 1, 1),), 6, ages=(18, 60)),
    Illness("optical", "hospital", ("H52.1",),
            (("OPT-EXA", 1, 1), ("OPT-GLA", 0, 1)), 28, ages=(8, 120)),
    Illness("maternity", "hospital", ("Z34.9",),
            (("MAT-ANC", 1, 1), ("IMG-USS", 0, 1)), 30, ages=(19, 42), women=True),
    Illness("maternity", "hospital", ("O80",),
            (("MAT-SVD", 1, 1), ("INP-BED", 1, 2)), 7, (1, 2), (19, 42), women=True),
    Illness("maternity", "hospital", ("O82",),
            (("MAT-CSE", 1, 1), ("INP-BED", 3, 4)), 3, (3, 4), (19, 42), women=True),
    Illness("inpatient", "hospital", ("B50.9",),
            (("INP-BED", 2, 4), ("INP-NUR", 2, 4), ("INP-REV", 2, 4)), 16, (2, 4), rains=True),
    Illness("inpatient", "hospital", ("J18.9",),
            (("INP-BED", 3, 6), ("INP-NUR", 3, 6), ("INP-REV", 3, 6), ("IMG-XRY", 1, 1)), 10,
            (3, 6)),
    Illness("inpatient", "hospital", ("K35.8",),
            (("SUR-APP", 1, 1), ("INP-BED", 2, 3), ("INP-NUR", 2, 3)), 3, (2, 3), (8, 70)),
    Illness("inpatient", "hospital", ("K40.9",),
            (("SUR-HER", 1, 1), ("INP-BED", 1, 2)), 2, (1, 2), (20, 80)),
    Illness("inpatient", "hospital", ("S82.2",),
            (("SUR-FRA", 1, 1), ("INP-BED", 2, 4), ("IMG-XRY", 2, 2)), 3, (2, 4)),
)  # fmt: skip

RAINY_MONTHS = frozenset({3, 4, 5, 11, 12})
