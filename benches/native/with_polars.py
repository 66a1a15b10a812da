"""Movements and cohorts of a CSV file, by Polars in one lazy plan: on every core, as it comes, or on as many as are named.

Usage: python3 with_polars.py FILE [CORES]
"""

import os
import sys
import time

# It makes its threads when it is loaded.
os.environ.update({"POLARS_MAX_THREADS": cores for cores in sys.argv[2:]})

import polars
from polars import col

from figures import show

# The library is loaded: what its start takes is not held against it.
BEGUN = time.perf_counter()

COLUMNS = {name: polars.String for name in ("customer", "month", "mrr", "currency", "plan", "country")}

monthly = (
    polars.scan_csv(sys.argv[1], schema=COLUMNS | {"mrr": polars.Decimal(18, 2)})
    .select(
        "customer",
        month=col("month").str.slice(0, 4).cast(polars.Int32) * 12
        + col("month").str.slice(5, 2).cast(polars.Int32)
        - 1,
        units=(col("mrr") * 100).cast(polars.Int64),
    )
    .group_by("customer", "month")
    .agg(col("units").sum())
    .filter(col("units") > 0)
)

# One row per customer and month, with the months around it: in this order the row before is the month before, if it is
# of the same customer.
is_first = (col("customer") != col("customer").shift(1)).fill_null(True)
is_last = (col("customer") != col("customer").shift(-1)).fill_null(True)
closing = (
    monthly.sort("customer", "month")
    .with_columns(
        first=is_first,
        stayed=~is_first & (col("month") == col("month").shift(1) + 1).fill_null(False),
        stays=~is_last & (col("month") == col("month").shift(-1) - 1).fill_null(False),
        before=col("units").shift(1),
    )
    .with_columns(
        cohort=polars.when("first").then("month").forward_fill(),
        base=polars.when("first").then("units").forward_fill(),
    )
)


def sum_where(condition, amount=col("units")):
    return amount.filter(condition).sum()


change = col("units") - col("before")
movements = closing.group_by("month").agg(
    closing=col("units").sum(),
    new=sum_where(col("first")),
    reactivation=sum_where(~col("first") & ~col("stayed")),
    expansion=sum_where(col("stayed") & (change > 0), change),
    contraction=sum_where(col("stayed") & (change < 0), -change),
    churn=sum_where(~col("stays")),
)
cohorts = closing.group_by("cohort", "month").agg(
    active=polars.len(),
    mrr=col("units").sum(),
    capped=polars.min_horizontal("units", "base").sum(),
)
months, cells = polars.collect_all([movements, cohorts])
show(BEGUN, months.rows(), cells.rows(), polars.__version__)
