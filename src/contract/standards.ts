/**
 * Gold standards over HTTP: a versioned list of policies that many tenants are held to. A standard is kept in one tenant, its home. Another tenant
 * follows it: it is compared with a version, and a version is deployed into it as a restore plan (docs/standards.md).
 */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";
import { jsonValueSchema } from "./policy-diff.ts";
import { referenceMappingSchema, MAX_MAPPINGS } from "./restore.ts";
import { findingsNowSchema } from "./baselines.ts";

/** Standards of a tenant, those out of use not counted. */
export const MAX_STANDARDS = 50;
export const MAX_VERSIONS = 200;
export const MAX_STANDARD_POLICIES = 2_000;
export const MAX_PARAMETERS = 100;
export const MAX_OVERLAYS = 500;
/** Standards that a tenant follows at a time. */
export const MAX_FOLLOWED = 10;

const wellFormed = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(most, `must have at most ${most} characters`)
    .refine(wellFormed, "must not contain control characters");
const note = z
  .string()
  .trim()
  .max(2_000, "must have at most 2,000 characters")
  .refine((text) => wellFormed(text.replace(/[\t\n\r]/g, "")), "must not contain control characters")
  .default("");
const person = z.object({ id: z.string(), name: z.string() });
const id = z.string().min(1).max(100);
const policyKey = z.string().min(1).max(100).meta({ description: "The key of a policy of the standard." });
const pointer = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^(\/([^~/]|~[01])*)+$/, "is not a JSON pointer (RFC 6901)")
  .meta({
    description:
      "A JSON pointer (RFC 6901) into the policy's document: `/settings/0/settingInstance/choiceSettingValue/value`.",
  });

/** `guid` and `domain` are texts of a form. */
export const PARAMETER_TYPES = ["text", "guid", "domain", "number", "boolean"] as const;
export const parameterTypeSchema = z.enum(PARAMETER_TYPES);
export type ParameterType = z.infer<typeof parameterTypeSchema>;
export const parameterValueSchema = z.union([z.string().max(2_000), z.number(), z.boolean()]);
export type ParameterValue = z.infer<typeof parameterValueSchema>;

/** A value that each tenant gives: where it stands in the standard's policies, by the text that it replaces or by its places. */
export const parameterSchema = z
  .strictObject({
    key: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, "must be a word of letters and digits")
      .meta({ description: "Names it in what a tenant gives." }),
    label: line(120),
    type: parameterTypeSchema,
    default: parameterValueSchema.nullable().default(null).meta({ description: "Null: each tenant has to give one." }),
    text: z
      .string()
      .min(3, "must have at least three characters: it is replaced wherever it stands")
      .max(500)
      .optional()
      .meta({
        description:
          "What it replaces, wherever it stands in a text of the standard's policies. Give either this or `places`.",
      }),
    places: z
      .array(z.strictObject({ policy: policyKey, pointer }))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "The values that it replaces as a whole." }),
  })
  .refine(({ text, places }) => (text === undefined) !== (places === undefined), {
    path: ["text"],
    message: "give either text or places",
  });
export type Parameter = z.infer<typeof parameterSchema>;

/** What a version is made of: a sealed baseline of the home tenant, or one of its backup sets (the newest item of each policy). */
export const STANDARD_SOURCES = ["baseline", "backup-set"] as const;
export const standardSourceSchema = z.strictObject({ kind: z.enum(STANDARD_SOURCES), id });

export const newStandardSchema = z.strictObject({ name: line(120), description: note });
export const changedStandardSchema = z
  .strictObject({
    name: line(120).optional(),
    description: note.optional(),
    retired: z
      .boolean()
      .optional()
      .meta({ description: "Out of use: no tenant begins to follow it. Those that follow it go on." }),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "names nothing to change");

export const newVersionSchema = z.strictObject({
  source: standardSourceSchema,
  policies: z.array(z.string().min(1).max(1_500)).min(1).max(MAX_STANDARD_POLICIES).optional().meta({
    description: "Ids of those policies of the source that belong to it, as its list tells them; all when absent.",
  }),
  names: z.boolean().default(false).meta({
    description: "Whether names and descriptions are part of the standard. Where not, a tenant's policy keeps its own.",
  }),
  assignments: z.boolean().default(false).meta({
    description:
      "Whether assignments and scope tags are part of the standard. Where not, a tenant's policy keeps its own.",
  }),
  parameters: z
    .array(parameterSchema)
    .max(MAX_PARAMETERS)
    .default([])
    .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, "name a parameter twice"),
  note,
});
export type NewVersion = z.output<typeof newVersionSchema>;

export const standardVersionSchema = z.object({
  number: z.int().min(1),
  source: z.object({ kind: z.enum(STANDARD_SOURCES), id: z.string(), name: z.string() }),
  policyCount: z.int().min(0),
  names: z.boolean(),
  assignments: z.boolean(),
  parameters: z.array(parameterSchema),
  note: z.string(),
  /** SHA-256 over what it says (docs/standards.md): equal for two versions that say the same. */
  contentRoot: z.string(),
  createdAt: timestamp,
  createdBy: person.nullable(),
});
export type StandardVersion = z.infer<typeof standardVersionSchema>;

export const standardSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  retired: z.boolean(),
  /** The newest; null of a standard that has none yet. */
  version: standardVersionSchema.pick({ number: true, policyCount: true, createdAt: true }).nullable(),
  createdAt: timestamp,
  createdBy: person.nullable(),
});
export type Standard = z.infer<typeof standardSchema>;
export const standardListSchema = listOf(standardSchema);
/** Its versions, newest first. */
export const standardDetailSchema = standardSchema.extend({ versions: z.array(standardVersionSchema) });
export type StandardDetail = z.infer<typeof standardDetailSchema>;

export const standardPolicySchema = z.object({
  /** The same in all versions for what is the same policy of the home tenant. */
  key: z.string(),
  family: z.string(),
  familyLabel: z.string(),
  name: z.string(),
  platform: z.string().nullable(),
  odataType: z.string().nullable(),
  contentHash: z.string(),
});
export type StandardPolicy = z.infer<typeof standardPolicySchema>;
export const standardPolicyListSchema = listOf(standardPolicySchema);

/** A change to one policy of the standard in one tenant. Without `value`, the member or element at the pointer is left out. */
export const overlaySchema = z.strictObject({
  policy: policyKey,
  pointer,
  value: jsonValueSchema.optional(),
});
export type Overlay = z.infer<typeof overlaySchema>;

const ofTenant = {
  parameters: z.record(z.string(), parameterValueSchema).meta({ description: "Values by the parameters' keys." }),
  skipped: z
    .array(policyKey)
    .max(MAX_STANDARD_POLICIES)
    .meta({ description: "Policies that do not hold for this tenant." }),
  overlays: z.array(overlaySchema).max(MAX_OVERLAYS),
  mapping: z.array(referenceMappingSchema).max(MAX_MAPPINGS).meta({
    description:
      "What stands in this tenant for the things that the standard's policies refer to. Previews add what is chosen in them.",
  }),
};

/** `POST …/followed-standards`: the caller may read the home tenant's baselines and backups as well. */
export const newFollowingSchema = z.strictObject({
  standard: z.strictObject({
    tenant: id.meta({ description: "Id or slug of the home tenant." }),
    id,
  }),
  version: z.int().min(1).optional().meta({ description: "The newest when absent." }),
  parameters: ofTenant.parameters.default({}),
  skipped: ofTenant.skipped.default([]),
  overlays: ofTenant.overlays.default([]),
  mapping: ofTenant.mapping.default([]),
});
export type NewFollowing = z.output<typeof newFollowingSchema>;

/** `PATCH …/followed-standards/:followingId`: what is absent stays. */
export const changedFollowingSchema = z
  .strictObject({
    version: z.int().min(1).optional(),
    parameters: ofTenant.parameters.optional(),
    skipped: ofTenant.skipped.optional(),
    overlays: ofTenant.overlays.optional(),
    mapping: ofTenant.mapping.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "names nothing to change");
export type ChangedFollowing = z.infer<typeof changedFollowingSchema>;

/**
 * A standard that the tenant follows. Its id is that of a baseline as well: what a comparison with the standard finds is that baseline's, and is accepted,
 * told and kept in the same ways.
 */
export const followingSchema = z.object({
  id: z.string(),
  standard: z.object({
    id: z.string(),
    name: z.string(),
    /** The home tenant; null for who does not belong to it. */
    home: z.object({ id: z.string(), slug: z.string(), name: z.string() }).nullable(),
    /** Null when the home tenant or the standard is not there any more: nothing can be compared or deployed then. */
    newestVersion: z.int().min(1).nullable(),
  }),
  version: standardVersionSchema.omit({ createdBy: true, source: true }).nullable(),
  parameters: ofTenant.parameters,
  skipped: ofTenant.skipped,
  overlays: ofTenant.overlays,
  mapping: ofTenant.mapping,
  followedAt: timestamp,
  followedBy: person.nullable(),
  /** When the tenant's policies were last looked through for the standard's; null before the first comparison. */
  matchedAt: timestamp.nullable(),
  /** Of the comparisons so far; null before the first. */
  latestComparison: z.object({ id: z.string(), sealedAt: timestamp }).nullable(),
  findingsNow: findingsNowSchema.nullable(),
});
export type Following = z.infer<typeof followingSchema>;
export const followingListSchema = listOf(followingSchema);

/**
 * How a policy of the standard was found in the tenant: by the very settings and values (`settings`), by most of its settings (`alike`), by the id that it
 * has there since an earlier deployment or comparison (`id`). `ambiguous`: several may be it, and none is chosen. `none`: the tenant lacks it. `unread`: none
 * was found, and policies of its family could not be read: it may be one of them.
 */
export const MATCH_KINDS = ["settings", "alike", "id", "ambiguous", "none", "unread"] as const;
export const matchKindSchema = z.enum(MATCH_KINDS);
export type MatchKind = z.infer<typeof matchKindSchema>;

export const followedPolicySchema = standardPolicySchema.omit({ contentHash: true }).extend({
  skipped: z.boolean(),
  /** As of `matchedAt`; null before the first comparison, and for what is skipped. */
  match: z
    .object({
      kind: matchKindSchema,
      /** The tenant's policy. */
      policy: z.object({ id: z.string(), graphId: z.string(), name: z.string() }).nullable(),
      /** Of `ambiguous`: those that may be it. */
      candidates: z.array(z.object({ id: z.string(), graphId: z.string(), name: z.string() })),
    })
    .nullable(),
});
export type FollowedPolicy = z.infer<typeof followedPolicySchema>;
export const followedPolicyListSchema = listOf(followedPolicySchema);

/** `GET …/standards/:standardId/tenants`: those of the tenants that follow it that the caller belongs to, by name. Nothing tells of others. */
export const standardTenantSchema = z.object({
  tenant: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  following: followingSchema,
});
export type StandardTenant = z.infer<typeof standardTenantSchema>;
export const standardTenantListSchema = listOf(standardTenantSchema).extend({
  /** How many tenants of the caller may be missing, since their database does not answer. */
  tenantsUnread: z.int().min(0),
});
