/** What a fence of a tenant in a shard refuses. */
import { z } from "zod";

/**
 * `draining`: no run starts, and no sweep begins work that reaches beyond the database; `fenced`: no row of the tenant can be inserted,
 * changed or removed; `left`: the tenant is elsewhere, and its rows can only be removed; `arriving`: rows are being copied here, no sweep
 * looks at them; `lifted`: nothing.
 */
export const fenceModeSchema = z.enum(["draining", "fenced", "left", "arriving", "lifted"]);
export type FenceMode = z.output<typeof fenceModeSchema>;
