/** One start in each of many tenants. */

/** So many are asked for at once: more would wait in the browser, and one slow tenant must not hold up all others. */
const AT_ONCE = 6;

export type StartResult<Started> = { state: "started"; started: Started } | { state: "refused"; error: unknown };

/** Asks for a start in each tenant and tells each result as it comes. A refused start holds up no other. Never throws. */
export async function startInEach<Tenant, Started>(
  tenants: readonly Tenant[],
  start: (tenant: Tenant) => Promise<Started>,
  tell: (tenant: Tenant, result: StartResult<Started>) => void,
): Promise<void> {
  const left = tenants.values();
  const lane = async () => {
    for (const tenant of left) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- A lane takes the next tenant when it is done with one.
        tell(tenant, { state: "started", started: await start(tenant) });
      } catch (error) {
        tell(tenant, { state: "refused", error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
