"""The figures that every way computes and that must agree, in one form: amounts in minor units."""

import json
import time
from decimal import Decimal

MOVEMENTS = ("start", "new", "reactivation", "expansion", "contraction", "churn", "end")
COHORTS = ("active", "mrr", "capped")


def month_text(number):
    """A month's number, counted from the year 0, as 2024-05."""
    return f"{number // 12}-{number % 12 + 1:02}"


def show(begun, months, cells, version):
    """Prints the figures of the file, and how long they took, as one line of JSON.

    `begun` is the reading of `time.perf_counter` before the file was opened. `months` has a row for each month: its number,
    its closing MRR, what was new, came back, grew and shrank with it, and the MRR of those who are gone a month later.
    `cells` has a row for each cohort and month: both numbers, customers, their MRR and its part up to that of the first
    month. Amounts are in minor units.
    """
    months = sorted(months)
    last = months[-1][0]
    movements = []
    for before, after in zip(months, months[1:]):
        _, start, *_, churn = before
        month, end, new, reactivation, expansion, contraction, _ = after
        amounts = (start, new, reactivation, expansion, contraction, churn, end)
        movements.append({"month": month_text(month)} | dict(zip(MOVEMENTS, (amount or 0 for amount in amounts))))

    cohorts = {}
    for cohort, month, *values in cells:
        columns = cohorts.setdefault(cohort, [[0] * (last - cohort + 1) for _ in COHORTS])
        for column, value in zip(columns, values):
            column[month - cohort] = value
    cohorts = [{"month": month_text(cohort)} | dict(zip(COHORTS, cohorts[cohort])) for cohort in sorted(cohorts)]

    seconds = time.perf_counter() - begun
    figures = {"movements": movements, "cohorts": cohorts}
    print(json.dumps({"version": version, "seconds": seconds, "figures": figures}))


def figures_of_report(report):
    """The same figures from Keeprate's report."""

    def minor_units(amount):
        return int(Decimal(amount) * 100)

    movements = [
        {"month": entry["period"]["label"]} | {name: minor_units(entry[name]) for name in MOVEMENTS}
        for entry in report["movements"]
    ]
    cohorts = [
        {"month": customers["cohort"], "active": customers["active"]}
        | {name: [minor_units(amount) for amount in revenue[name]] for name in ("mrr", "capped")}
        for customers, revenue in zip(report["cohorts"]["customers"], report["cohorts"]["revenue"], strict=True)
    ]
    return {"movements": movements, "cohorts": cohorts}


def difference(found, expected, place="figures"):
    """The first place where `found` is not as `expected`, in words; None where they agree."""
    if isinstance(found, dict) and isinstance(expected, dict):
        parts = [(key, found.get(key), expected.get(key)) for key in expected | found]
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        parts = [(index, *pair) for index, pair in enumerate(zip(found, expected))]
    else:
        return None if found == expected else f"{place} is {found} and not {expected}"
    return next(filter(None, (difference(one, other, f"{place}.{key}") for key, one, other in parts)), None)
