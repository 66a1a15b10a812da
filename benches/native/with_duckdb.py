"""Movements and cohorts of a CSV file in SQL, by DuckDB: on every core, as it comes, or on as many as are named.

Usage: python3 with_duckdb.py FILE [CORES]
"""

import sys
import time

import duckdb

from figures import show

# The library is loaded: what its start takes is not held against it.
BEGUN = time.perf_counter()

# One row per customer and month, with the months around it; the types are given, so that nothing is guessed.
LOAD = """
  CREATE TABLE closing AS
  WITH monthly AS (
    SELECT
      customer,
      (left(month, 4)::INTEGER * 12 + right(month, 2)::INTEGER - 1) AS month,
      sum((mrr * 100)::BIGINT)::BIGINT AS units
    FROM read_csv(?, header = true, delim = ',', quote = '"', auto_detect = false, columns = {
      customer: 'VARCHAR', month: 'VARCHAR', mrr: 'DECIMAL(18, 2)', currency: 'VARCHAR', plan: 'VARCHAR', country: 'VARCHAR'
    })
    GROUP BY ALL
    HAVING units > 0
  )
  SELECT
    month,
    units,
    first_value(month) OVER ordered AS cohort,
    first_value(units) OVER ordered AS base,
    coalesce(lag(month) OVER ordered = month - 1, false) AS stayed,
    lag(units) OVER ordered AS before,
    coalesce(lead(month) OVER ordered = month + 1, false) AS stays
  FROM monthly
  WINDOW ordered AS (PARTITION BY customer ORDER BY month)"""

# Sums by month: what came in with it, and what was there without being there a month later.
MOVEMENTS = """
  SELECT
    month,
    sum(units)::BIGINT,
    sum(units) FILTER (month = cohort)::BIGINT,
    sum(units) FILTER (NOT stayed AND month > cohort)::BIGINT,
    sum(units - before) FILTER (stayed AND units > before)::BIGINT,
    sum(before - units) FILTER (stayed AND units < before)::BIGINT,
    sum(units) FILTER (NOT stays)::BIGINT
  FROM closing
  GROUP BY month"""

COHORTS = """
  SELECT cohort, month, count(*), sum(units)::BIGINT, sum(least(units, base))::BIGINT
  FROM closing
  GROUP BY cohort, month"""

connection = duckdb.connect(config={"threads": int(cores) for cores in sys.argv[2:]})
connection.execute(LOAD, [sys.argv[1]])
months = connection.execute(MOVEMENTS).fetchall()
cells = connection.execute(COHORTS).fetchall()
show(BEGUN, months, cells, duckdb.__version__)
