// Retention figures from rows of customer, month and revenue, as a careful engineer writes them by
// hand: a map for the ids, typed arrays for everything else, one pass over the customers.

import { movement, monthText, survival } from "./figures.js";

/** Rows that the columns have room for at the start. */
const ROOM = 1 << 16;
/** What is summed up per month: seven sums of revenue, then seven counts of customers. */
const SUMS = 14;

export class Ledger {
  #places = new Map();
  #months = new Map();
  #rows = 0;
  #customer = new Uint32Array(ROOM);
  #month = new Int32Array(ROOM);
  #units = new Float64Array(ROOM);
  #lastId = "";
  #lastPlace = 0;

  /** Takes in a row: the id, the month as 2024-05, the revenue as a decimal number. */
  add(id, month, revenue) {
    if (this.#rows === this.#customer.length) {
      this.#grow();
    }
    // The rows of a customer often follow each other, and a comparison is cheaper than a look-up.
    if (id !== this.#lastId) {
      let place = this.#places.get(id);
      if (place === undefined) {
        place = this.#places.size;
        this.#places.set(id, place);
      }
      this.#lastId = id;
      this.#lastPlace = place;
    }
    let number = this.#months.get(month);
    if (number === undefined) {
      number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
      this.#months.set(month, number);
    }
    this.#customer[this.#rows] = this.#lastPlace;
    this.#month[this.#rows] = number;
    this.#units[this.#rows] = Math.round(Number(revenue) * 100);
    this.#rows += 1;
  }

  #grow() {
    const room = this.#rows * 2;
    const larger = (column, type) => {
      const copy = new type(room);
      copy.set(column);
      return copy;
    };
    this.#customer = larger(this.#customer, Uint32Array);
    this.#month = larger(this.#month, Int32Array);
    this.#units = larger(this.#units, Float64Array);
  }

  /** All figures of the first view. */
  figures() {
    const numbers = [...this.#months.values()];
    const first = Math.min(...numbers);
    const months = Math.max(...numbers) - first + 1;
    const cells = this.#cells(first, months);

    const sums = new Float64Array(months * SUMS);
    const active = new Float64Array(months * months);
    const revenue = new Float64Array(months * months);
    const capped = new Float64Array(months * months);
    const churned = new Float64Array(months + 1);
    const censored = new Float64Array(months + 1);
    for (let row = 0; row < cells.length; row += months) {
      let cohort = 0;
      while (cohort < months && cells[row + cohort] <= 0) {
        cohort += 1;
      }
      if (cohort === months) {
        continue;
      }
      const base = cells[row + cohort];
      let gap = 0;
      let before = 0;
      for (let month = cohort; month < months; month += 1) {
        const units = cells[row + month];
        if (units > 0) {
          const cell = cohort * months + month;
          active[cell] += 1;
          revenue[cell] += units;
          capped[cell] += units < base ? units : base;
        } else if (gap === 0) {
          gap = month;
        }
        if (month > 0) {
          addMovement(sums, month * SUMS, before, units, month > cohort);
        }
        before = units;
      }
      // Customers of the very first month started at an unknown time.
      if (cohort > 0) {
        if (gap > 0) {
          churned[gap - cohort] += 1;
        } else {
          censored[months - cohort] += 1;
        }
      }
    }

    return {
      movements: Array.from({ length: months - 1 }, (_, index) => {
        const at = (index + 1) * SUMS;
        return movement(monthText(first + index + 1), sums.subarray(at, at + SUMS));
      }),
      cohorts: Array.from({ length: months }, (_, cohort) => {
        const since = (table) => Array.from(table.subarray(cohort * months + cohort, (cohort + 1) * months));
        return { month: monthText(first + cohort), active: since(active), mrr: since(revenue), capped: since(capped) };
      }).filter((cohort) => cohort.active[0] > 0),
      survival: survival(churned, censored),
    };
  }

  /** Revenue by customer and month, a customer's months side by side. */
  #cells(first, months) {
    const cells = new Float64Array(this.#places.size * months);
    for (let row = 0; row < this.#rows; row += 1) {
      cells[this.#customer[row] * months + this.#month[row] - first] += this.#units[row];
    }
    return cells;
  }
}

/** Puts a customer's step from one month to the next into its class; the order is that of `movement`. */
function addMovement(sums, at, before, after, known) {
  if (before > 0) {
    sums[at] += before;
    sums[at + 7] += 1;
    if (after > before) {
      sums[at + 3] += after - before;
      sums[at + 10] += 1;
    } else if (after <= 0) {
      sums[at + 5] += before;
      sums[at + 12] += 1;
    } else if (after < before) {
      sums[at + 4] += before - after;
      sums[at + 11] += 1;
    }
  } else if (after > 0) {
    const kind = known ? 2 : 1;
    sums[at + kind] += after;
    sums[at + 7 + kind] += 1;
  }
  if (after > 0) {
    sums[at + 6] += after;
    sums[at + 13] += 1;
  }
}
