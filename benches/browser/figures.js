// The figures that every variant computes and that must agree, in one form: amounts in minor units.

/** A month's number, counted from the year 0, as 2024-05. */
export function monthText(number) {
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/**
 * One month's movements with their rates, from seven sums of revenue (start, new, reactivation,
 * expansion, contraction, churn, end) and the counts of customers in the same order.
 */
export function movement(month, sums) {
  const [start, won, reactivation, expansion, contraction, churn, end, ...customers] = sums;
  return {
    month,
    amounts: [start, won, reactivation, expansion, contraction, churn, end],
    customers,
    crr: 1 - customers[5] / customers[0],
    nrr: (start + expansion - contraction - churn) / start,
    grr: (start - contraction - churn) / start,
  };
}

/** The survival table from the numbers of lifetimes by length that ended, and that are still running. */
export function survival(churned, censored) {
  let atRisk = 0;
  for (let length = 0; length < churned.length; length += 1) {
    atRisk += churned[length] + censored[length];
  }
  let share = 1;
  const steps = [];
  for (let length = 0; length < churned.length; length += 1) {
    if (churned[length] > 0) {
      share *= 1 - churned[length] / atRisk;
      steps.push({ months: length, atRisk, churned: churned[length], share });
    }
    atRisk -= churned[length] + censored[length];
  }
  return steps;
}

/** The same figures from the report that Keeprate exports. */
export function figuresOfReport(report) {
  const minorUnits = (amount) => Math.round(Number(amount) * 100);
  return {
    movements: report.movements.map((entry) => {
      const { metrics } = report.series.find((other) => other.period.label === entry.period.label);
      const { customers } = entry;
      return {
        month: entry.period.label,
        amounts: [
          entry.start,
          entry.new,
          entry.reactivation,
          entry.expansion,
          entry.contraction,
          entry.churn,
          entry.end,
        ].map(minorUnits),
        customers: [
          customers.start,
          customers.new,
          customers.reactivated,
          customers.expanded,
          customers.contracted,
          customers.lost,
          customers.end,
        ],
        crr: metrics.customer_retention_rate.value,
        nrr: metrics.nrr.value,
        grr: metrics.grr.value,
      };
    }),
    cohorts: report.cohorts.customers.map(({ cohort, active }, index) => {
      const { mrr, capped } = report.cohorts.revenue[index];
      return { month: cohort, active, mrr: mrr.map(minorUnits), capped: capped.map(minorUnits) };
    }),
    survival: report.survival.map((step) => ({
      months: step.t,
      atRisk: step.at_risk,
      churned: step.churned,
      share: step.s,
    })),
  };
}

/** How far apart two rates may be that were computed in another order. */
const TOLERANCE = 1e-9;

/** The first place where `found` is not as `expected`, in words; nothing where they agree. */
export function difference(found, expected, place = "figures") {
  if (typeof expected === "object" && typeof found === "object") {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
    for (const key of keys) {
      const different = difference(found[key], expected[key], `${place}.${key}`);
      if (different) {
        return different;
      }
    }
    return undefined;
  }
  // Amounts and counts are whole numbers, for which the tolerance is the same as equality.
  const close = typeof expected === "number" && Math.abs(found - expected) <= TOLERANCE;
  return close || found === expected ? undefined : `${place} is ${found} and not ${expected}`;
}
