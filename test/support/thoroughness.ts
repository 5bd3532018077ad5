/**
 * How much the suites run, by `TENANTATLAS_FORM`:
 *
 * - `short`: what `npm test` without arguments runs, within six minutes on two cores.
 * - `whole`: all tests, in the same sizes. The form of files that are named, and of `npm run test:whole`.
 * - `thorough`: all tests, with more policies, moments and kills. `npm run test:thorough`.
 */
const FORM = process.env["TENANTATLAS_FORM"] ?? "whole";

/**
 * False in the short form. It leaves out what repeats, in a product, a browser or at length, something that a test of it proves
 * already: `it.runIf(IN_WHOLE)`. A green run says which tests it left out and which command runs them.
 */
export const IN_WHOLE = FORM !== "short";

/** The size for the form that runs: `sized(150, 600)` is 600 in the thorough one. */
export function sized<T>(usual: T, thorough: T): T {
  return FORM === "thorough" ? thorough : usual;
}
