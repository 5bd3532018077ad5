/** Medians and spreads of a few repetitions. */

export interface Sample {
  median: number;
  lowest: number;
  highest: number;
  values: number[];
}

export function sampleOf(values: number[]): Sample {
  if (values.length === 0) throw new Error("a sample needs a value");
  return { median: quantile(values, 0.5), lowest: Math.min(...values), highest: Math.max(...values), values };
}

/** The value that the share `q` (0 to 1) of all values does not exceed: nearest rank, never interpolated beyond a value seen. */
export function quantile(values: number[], q: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  const value = ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1))];
  if (value === undefined) throw new Error("no values");
  return value;
}
