"""Where the made-up people live and what they are called.

A short list written for the demo from general knowledge; it is no register of anybody.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """`weight` is how many of a hundred families live there."""

    name: str
    weight: int
    districts: tuple[str, ...]


REGIONS = (
    Region("Dar es Salaam", 34, ("Kinondoni", "Ilala", "Temeke", "Ubungo", "Kigamboni")),
    Region("Mwanza", 14, ("Nyamagana", "Ilemela", "Sengerema", "Magu")),
    Region("Arusha", 12, ("Arusha", "Meru", "Karatu", "Monduli")),
    Region("Dodoma", 10, ("Dodoma", "Kondoa", "Mpwapwa", "Bahi")),
    Region("Mbeya", 9, ("Mbeya", "Rungwe", "Kyela", "Mbarali")),
    Region("Kilimanjaro", 8, ("Moshi", "Hai", "Rombo", "Same")),
    Region("Morogoro", 7, ("Morogoro", "Kilosa", "Mvomero", "Ulanga")),
    Region("Tanga", 6, ("Tanga", "Muheza", "Lushoto", "Korogwe")),
)

WOMEN = (
    "Neema", "Asha", "Rehema", "Zawadi", "Upendo", "Mwanaidi", "Halima", "Amina", "Fatuma",
    "Saida", "Tatu", "Subira", "Furaha", "Pendo", "Anna", "Mariam", "Grace", "Esther", "Joyce",
    "Rose", "Zuhura", "Mwajuma", "Salma", "Khadija", "Happiness", "Witness", "Jacqueline",
    "Bahati", "Sikujua", "Tumaini", "Hadija", "Veronica", "Agnes", "Sophia", "Eliza", "Winfrida",
)  # fmt: skip

MEN = (
    "Juma", "Hamisi", "Baraka", "Daudi", "Yusufu", "Rashidi", "Salum", "Musa", "Bakari", "Khamis",
    "Emmanuel", "Joseph", "Peter", "Amani", "Imani", "Faraji", "Mosi", "Abdallah", "Ramadhani",
    "Said", "Elia", "Samweli", "Godfrey", "Frank", "Deogratius", "Boniface", "Innocent", "Kelvin",
    "Omari", "Shabani", "Athumani", "Jafari", "Mohamedi", "Stephano", "Paulo", "Zakaria",
)  # fmt: skip

FAMILY_NAMES = (
    "Mwakasege", "Mushi", "Massawe", "Kimaro", "Lyimo", "Mollel", "Laizer", "Mwita", "Chacha",
    "Marwa", "Komba", "Ngonyani", "Mbilinyi", "Sanga", "Mwambene", "Kapinga", "Haule", "Mhagama",
    "Shirima", "Swai", "Urio", "Temu", "Tarimo", "Kessy", "Magesa", "Masanja", "Shija", "Maganga",
    "Lugoba", "Mwinyimvua", "Kilindi", "Mkwawila", "Mgaya", "Nyoni", "Luhende", "Bulugu", "Ndaki",
    "Msangi", "Mbwambo", "Mndeme", "Kisanga", "Mapunda", "Ndunguru", "Mwaipopo", "Kyando",
    "Salehe", "Mfinanga", "Mchome", "Kiwelu", "Materu",
)  # fmt: skip
