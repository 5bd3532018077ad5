/**
 * How large the suites go: a short form in `npm test`, the full one in `npm run test:thorough`. Both prove the same; the full form
 * meets more moments and more policies.
 */
const THOROUGH = process.env["TENANTATLAS_THOROUGH"] === "1";

/** The size for the form that runs: `sized(150, 600)` is 600 in the thorough one. */
export function sized<T>(short: T, thorough: T): T {
  return THOROUGH ? thorough : short;
}
