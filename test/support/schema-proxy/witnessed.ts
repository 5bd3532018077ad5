/** What became of a tenant's requests at the proxy, read over HTTP: for tests in any runtime. */
import { z } from "zod";

export const witnessedSchema = z.object({
  /** Parts of batches are counted one by one. */
  requests: z.int(),
  /** "METHOD /address: why" */
  refusals: z.array(z.string()),
  /** What answers held that the version does not have: "/address/type.property why". */
  removed: z.array(z.string()),
});
export type Witnessed = z.infer<typeof witnessedSchema>;

export const WITNESS_PATH = "/_witness/";

export async function witnessed(proxyUrl: string, tenant: string): Promise<Witnessed> {
  return witnessedSchema.parse(await (await fetch(proxyUrl + WITNESS_PATH + tenant)).json());
}
