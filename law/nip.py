"""NIP, the employee number: 18 digits that say whose it is.

Birth date (8), appointment month (6), sex (1), serial (3). A PPPK's number has the year of the first
contract and, where the month would be, a figure from 21 on (common knowledge, not found in a text).
"""

from datetime import date

from contracts.planning import PersonStatus
from law.refusal import Refused

EARLIEST = 1900


def must_be_nip(nip: str, status: PersonStatus, on: date, field: str = "nip") -> None:
    """Check all parts of a NIP that somebody has on a date. Raises Refused, naming the part."""
    if len(nip) != 18 or not (nip.isascii() and nip.isdigit()):
        raise Refused("malformed-nip", "a NIP has 18 digits", field=field)
    born = _date(nip[:8])
    if born is None or not born.year >= EARLIEST or born > on:
        raise Refused("malformed-nip", "digits 1 to 8 are no birth date", field=field)
    year, month = int(nip[8:12]), int(nip[12:14])
    appointed = 1 <= month <= 12 or (status == "PPPK" and month >= 21)
    if not appointed or not born.year < year <= on.year + 1:
        raise Refused("malformed-nip", "digits 9 to 14 are no month of appointment", field=field)
    if nip[14] not in "12":
        raise Refused("malformed-nip", "digit 15 is 1 for a man, 2 for a woman", field=field)
    if nip[15:] == "000":
        raise Refused("malformed-nip", "digits 16 to 18 are a serial from 001 on", field=field)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
