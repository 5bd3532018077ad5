/** A tenant's configuration, faults included: everything the control endpoints can set and a restart must keep. */
import { z } from "zod";
import { ALL_PERMISSIONS } from "./family.ts";
import { tokenShapeSchema } from "./token.ts";

export const retryAfterSchema = z.enum(["whole", "fractional", "absent"]);

/** A token bucket: at most `burst` requests at once, refilled at `perSecond`. */
export const bucketSchema = z.strictObject({
  burst: z.number().min(1),
  perSecond: z.number().positive(),
  retryAfter: retryAfterSchema.default("whole"),
});
export type Bucket = z.infer<typeof bucketSchema>;

/** Keys are family keys, or `intune:read` and `intune:write`, which all Intune families share. */
export const throttlingSchema = z.record(z.string(), bucketSchema);

/** What Microsoft documents or others measured (docs/design/graph.md, section 2): the defaults of a tenant made by the control endpoint. */
const REAL: z.infer<typeof throttlingSchema> = {
  "intune:read": { burst: 1000, perSecond: 50, retryAfter: "whole" },
  "intune:write": { burst: 100, perSecond: 5, retryAfter: "whole" },
  conditionalAccess: { burst: 4, perSecond: 1, retryAfter: "absent" },
  namedLocations: { burst: 4, perSecond: 1, retryAfter: "absent" },
};

/** For people to watch: a few families wait for a moment, in each of the three ways, and a sync of 600 policies still ends soon. */
const DEMO: z.infer<typeof throttlingSchema> = {
  "intune:read": { burst: 4000, perSecond: 400, retryAfter: "whole" },
  "intune:write": { burst: 100, perSecond: 20, retryAfter: "whole" },
  conditionalAccess: { burst: 4, perSecond: 10, retryAfter: "absent" },
  namedLocations: { burst: 4, perSecond: 10, retryAfter: "absent" },
  settingsCatalog: { burst: 150, perSecond: 150, retryAfter: "whole" },
  remediations: { burst: 10, perSecond: 15, retryAfter: "fractional" },
};

export const PROFILES = { real: REAL, demo: DEMO, off: {} } as const;
export const profileSchema = z.enum(["real", "demo", "off"]);
export type Profile = z.infer<typeof profileSchema>;

export const faultSchema = z.strictObject({
  /** Family key, or `token`, `$batch`, `organization`, `auditEvents`, `directoryAudits`, `operationApprovalRequests`. Absent: any. */
  family: z.string().optional(),
  method: z.string().toUpperCase().optional(),
  /** Looked for in version, path and query, decoded. */
  pathContains: z.string().optional(),
  /** The first matching request that it strikes, counted from 1. */
  from: z.int().min(1).default(1),
  /** How many it strikes; absent: every one from there on. */
  count: z.int().min(1).optional(),
  status: z.int().min(400).max(599).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  /** Sent as it is: a string may be fractional, a date or nonsense. */
  retryAfter: z.union([z.number(), z.string()]).optional(),
  latencyMs: z.int().min(0).max(120_000).optional(),
  truncateJson: z.boolean().default(false),
  dropConnection: z.boolean().default(false),
  /** Answers 403 naming this permission. */
  permissionMissing: z.string().optional(),
  /** The request takes effect before the fault strikes: the answer is lost, not the write. */
  afterApply: z.boolean().default(false),
});
export type Fault = z.infer<typeof faultSchema>;
export const plannedFaultSchema = faultSchema.extend({ id: z.string(), seen: z.int(), struck: z.int() });
export type PlannedFault = z.infer<typeof plannedFaultSchema>;

export const settingsSchema = z.object({
  seed: z.string(),
  /** Policies the generator makes, and how many of them it has made. */
  policies: z.int().min(0).max(200_000),
  generated: z.int().min(0),
  tokenSeconds: z.int().min(1).default(3599),
  clientSecret: z.string().default("simulator-secret"),
  /** PEM of the certificate that is registered with the application; null without one. */
  certificate: z.string().nullable().default(null),
  permissions: z.array(z.string()).default([...ALL_PERMISSIONS]),
  /**
   * What decides a call: `now`, the permissions at that moment; `token`, as Graph does, those that the token was issued with. A change
   * then takes a new token.
   */
  permissionsFrom: z.enum(["now", "token"]).default("now"),
  /** What tokens issued from now on show of the permissions. */
  tokenShape: tokenShapeSchema.default("roles"),
  throttling: throttlingSchema,
  /** Family keys whose writes need another administrator's approval; `*` is all Intune families. */
  approvalFamilies: z.array(z.string()).default([]),
  /** How many requests do not see yet a policy that was just made. */
  lateAnswers: z.int().min(0).max(100).default(0),
  faults: z.array(plannedFaultSchema).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

export interface TenantDefaults {
  seed: string;
  policies: number;
  profile: Profile;
}

/** What a tenant is when it is first used without having been made by the control endpoint. */
export function defaultsFor(tenant: string): TenantDefaults {
  const sizes: Record<string, number> = { contoso: 40, fabrikam: 600, outside: 6 };
  const size = sizes[tenant];
  return { seed: tenant, policies: size ?? 40, profile: "demo" };
}
