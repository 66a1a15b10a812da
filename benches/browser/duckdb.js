// Opens files with DuckDB-WASM and computes the figures in SQL. Its build for one thread: the one
// for several needs headers that a plain file server does not send.

import * as duckdb from "./node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser.mjs";
import { monthText, movement, survival } from "./figures.js";

/** The file's name in the database. */
const NAME = "opened.csv";

/** One row per customer and month, with the months around it; the types are given, so that nothing is guessed. */
const LOAD = `
  CREATE OR REPLACE TABLE closing AS
  WITH monthly AS (
    SELECT
      customer,
      (left(month, 4)::INTEGER * 12 + right(month, 2)::INTEGER - 1) AS month,
      sum((mrr * 100)::BIGINT)::BIGINT AS units
    FROM read_csv('${NAME}', header = true, delim = ',', quote = '"', auto_detect = false, columns = {
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
    coalesce(lead(month) OVER ordered = month + 1, false) AS stays,
    row_number() OVER ordered AS position
  FROM monthly
  WINDOW ordered AS (PARTITION BY customer ORDER BY month)`;

/** Sums by month: what came in with it, and what was there without being there a month later. */
const MOVEMENTS = `
  SELECT
    month,
    sum(units) AS closing,
    sum(units) FILTER (month = cohort) AS new,
    sum(units) FILTER (NOT stayed AND month > cohort) AS reactivation,
    sum(units - before) FILTER (stayed AND units > before) AS expansion,
    sum(before - units) FILTER (stayed AND units < before) AS contraction,
    sum(units) FILTER (NOT stays) AS churn,
    count(*) AS customers,
    count(*) FILTER (month = cohort) AS won,
    count(*) FILTER (NOT stayed AND month > cohort) AS returned,
    count(*) FILTER (stayed AND units > before) AS expanded,
    count(*) FILTER (stayed AND units < before) AS contracted,
    count(*) FILTER (NOT stays) AS lost
  FROM closing
  GROUP BY month
  ORDER BY month`;

const COHORTS = `
  SELECT cohort, month, count(*) AS active, sum(units) AS mrr, sum(least(units, base)) AS capped
  FROM closing
  GROUP BY cohort, month
  ORDER BY cohort, month`;

/** Lengths of first uninterrupted runs: the last row of a run has as many months as rows since the start. */
const LIFETIMES = `
  SELECT position AS length, month, count(*) AS customers
  FROM closing
  WHERE NOT stays AND position = month - cohort + 1 AND cohort > (SELECT min(month) FROM closing)
  GROUP BY length, month`;

/** Starts the database; answers what opens a file. */
export async function startDuckdb() {
  const folder = new URL("./node_modules/@duckdb/duckdb-wasm/dist/", import.meta.url);
  const database = new duckdb.AsyncDuckDB(
    new duckdb.VoidLogger(),
    new Worker(new URL("duckdb-browser-eh.worker.js", folder)),
  );
  await database.instantiate(new URL("duckdb-eh.wasm", folder).href);
  await database.open({ query: { castBigIntToDouble: true, castDecimalToDouble: true } });
  const connection = await database.connect();
  const rows = async (sql) => (await connection.query(sql)).toArray().map((row) => row.toJSON());
  return async (file) => {
    await database.registerFileHandle(NAME, file, duckdb.DuckDBDataProtocol.BROWSER_FILEREADER, true);
    await connection.query(LOAD);
    const [months, cells, lifetimes] = [await rows(MOVEMENTS), await rows(COHORTS), await rows(LIFETIMES)];
    await database.dropFile(NAME);
    return figures(months, cells, lifetimes);
  };
}

function figures(months, cells, lifetimes) {
  const [first, last] = [months.at(0).month, months.at(-1).month];
  const counts = () => new Array(last - first + 2).fill(0);
  const [churned, censored] = [counts(), counts()];
  for (const { length, month, customers } of lifetimes) {
    (month < last ? churned : censored)[length] += customers;
  }
  const cohorts = Map.groupBy(cells, (cell) => cell.cohort);
  return {
    movements: months.slice(1).map((after, index) => {
      const before = months[index];
      return movement(monthText(after.month), [
        before.closing,
        after.new,
        after.reactivation,
        after.expansion,
        after.contraction,
        before.churn,
        after.closing,
        before.customers,
        after.won,
        after.returned,
        after.expanded,
        after.contracted,
        before.lost,
        after.customers,
      ].map((sum) => sum ?? 0));
    }),
    cohorts: Array.from(cohorts, ([cohort, of]) => {
      const byMonth = new Map(of.map((cell) => [cell.month, cell]));
      const since = Array.from({ length: last - cohort + 1 }, (_, age) => byMonth.get(cohort + age));
      const column = (name) => since.map((cell) => cell?.[name] ?? 0);
      return { month: monthText(cohort), active: column("active"), mrr: column("mrr"), capped: column("capped") };
    }),
    survival: survival(churned, censored),
  };
}
