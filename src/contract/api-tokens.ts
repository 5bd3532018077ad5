/** API tokens over HTTP: what programs prove themselves by. A token may do what it was made for and its maker may do, at each use. */
import { z } from "zod";
import { capabilitySchema } from "./access.ts";
import { listOf, timestamp } from "./lists.ts";
import { FOR_TOKENS, IN_EACH_ROLE, inOrder } from "./roles.ts";

export const MAX_TOKEN_DAYS = 365;
/** The most tokens of a person that are good at a time. */
export const MAX_TOKENS = 50;
const MAX_TENANTS = 100;

/** `over`: it has expired. */
export const tokenStateSchema = z.enum(["active", "over", "revoked"]);

/** A token as the page of a tenant shows it: nothing of other tenants that it may reach. */
export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  maker: z.object({ id: z.string(), name: z.string() }),
  capabilities: z.array(capabilitySchema),
  state: tokenStateSchema,
  createdAt: timestamp,
  expiresAt: timestamp,
  /** When it was last used, as noted at most once an hour; null when it never was. */
  lastUsedAt: timestamp.nullable(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const apiTokenListSchema = listOf(apiTokenSchema);

export const newApiTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  tenantIds: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(MAX_TENANTS)
    .meta({ description: "Ids or slugs of tenants that the caller is a member of." }),
  capabilities: z
    .array(capabilitySchema)
    .min(1)
    .refine((chosen) => chosen.every((each) => FOR_TOKENS.includes(each)), "has a capability that no token can have")
    .transform((chosen) => inOrder([...IN_EACH_ROLE, ...chosen])),
  expiresInDays: z.int().min(1).max(MAX_TOKEN_DAYS),
});
export type NewApiToken = z.output<typeof newApiTokenSchema>;

export const toldApiTokenSchema = z.object({
  apiToken: apiTokenSchema,
  token: z.string().meta({ description: "Told once; the product keeps the hash of its secret." }),
});
