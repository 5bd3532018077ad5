/** What a browser keeps of a tenant's first steps: that all of them are done. */

/** Followed by the tenant's slug. */
export const FIRST_STEPS_KEY = "tenantatlas.first-steps.";
export const FIRST_STEPS_DONE = "done";
