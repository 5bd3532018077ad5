/** The move of a tenant from one database to another, as those see it who run the product. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

/**
 * `draining`: the tenant takes no new operations, and those under way end; `copying` and `verifying`: nothing of the tenant can be changed,
 * and everything is read from the old database; `switched`: the new database answers; `removing`: the rows of the old one go; `done`;
 * `abandoning`: the tenant stays where it is, and what was copied goes; `abandoned`.
 */
export const tenantMoveStateSchema = z.enum([
  "draining",
  "copying",
  "verifying",
  "switched",
  "removing",
  "done",
  "abandoning",
  "abandoned",
]);
export type TenantMoveState = z.output<typeof tenantMoveStateSchema>;

/** Until the new database answers, a move can be abandoned. */
export const ABANDONABLE: readonly TenantMoveState[] = ["draining", "copying", "verifying"];

export const newTenantMoveSchema = z.strictObject({
  shard: z.string().max(60).meta({ description: "The database to move to, by the name of its binding." }),
  reason: z.string().trim().min(1).max(500),
});

export const verifiedTableSchema = z.object({
  table: z.string(),
  rows: z.int().min(0),
  /** SHA-256 over the rows in the order of their keys, in hexadecimal. Both databases gave it. */
  sha256: z.string(),
});

export const tenantMoveSchema = z
  .object({
    id: z.string(),
    tenant: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    from: z.string(),
    to: z.string(),
    state: tenantMoveStateSchema,
    /** What is being done or waited for, in words. */
    phase: z.string(),
    /** What was found to be wrong and is tried again; null where nothing is. */
    problem: z.string().nullable(),
    reason: z.string(),
    requestedBy: z.object({ id: z.string(), name: z.string() }),
    requestedAt: timestamp,
    /** Since when nothing of the tenant can be changed; null before that. */
    fencedAt: timestamp.nullable(),
    /** Since when the new database answers; null before that. */
    switchedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
    /** When the move last went on: `phase`, `problem` and the counts are of that moment. */
    lookedAt: timestamp.nullable(),
    /** Operations that were still under way; null while nobody has looked, and after the tables are closed to changes. */
    runsUnderWay: z.int().min(0).nullable(),
    /** Those that were copied again count again. Null before the copying. */
    rowsCopied: z.int().min(0).nullable(),
    /** Of the old database; null until none of them is left. */
    rowsRemoved: z.int().min(0).nullable(),
    /** What both databases were found to hold before the switch; null before that. */
    verified: z.array(verifiedTableSchema).nullable(),
  })
  .meta({ id: "TenantMove" });
export type TenantMove = z.output<typeof tenantMoveSchema>;

export const tenantMoveListSchema = listOf(tenantMoveSchema);

export const shardSchema = z.object({
  /** The name of its binding. */
  name: z.string(),
  /** Tenants that are assigned to it. */
  tenants: z.int().min(0),
  /** What the whole database takes, in bytes; null where it did not answer. */
  bytes: z.int().min(0).nullable(),
});
export type Shard = z.output<typeof shardSchema>;

export const shardListSchema = z.object({ items: z.array(shardSchema) });
