/** How a tenant's Microsoft Graph is reached: one connection for daily reading, and where people wish it a second one that restores. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

export const CONNECTION_PURPOSES = ["read", "write"] as const;
/** `read`: all daily work. `write`: restores, instead of the other; its application holds the permissions to write. */
export const connectionPurposeSchema = z.enum(CONNECTION_PURPOSES);
export type ConnectionPurpose = z.infer<typeof connectionPurposeSchema>;

/** `consent`: the deployment's own application, with the consent of the tenant's administrator. The others: an application of the tenant's own. */
export const connectionKindSchema = z.enum(["consent", "secret", "certificate"]);
export type ConnectionKind = z.infer<typeof connectionKindSchema>;

/** Microsoft's clouds that a tenant can be in. */
export const connectionCloudSchema = z.enum(["global", "usGov", "usGovDod", "china"]);

/** People are warned so many days before a secret or a certificate ends. */
export const CREDENTIAL_WARNING_DAYS = 30;

const guid = z.string().trim().toLowerCase().pipe(z.guid("must be a GUID, as Microsoft Entra shows it"));

/** A credential of an application of the tenant's own. Never told again. */
export const newCredentialSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("secret"),
    secret: z.string().trim().min(1).max(1_000),
    endsAt: timestamp
      .nullable()
      .meta({ description: "When the secret ends, as Microsoft Entra shows it; null when unknown." }),
  }),
  z.strictObject({
    kind: z.literal("certificate"),
    privateKey: z.string().trim().min(1).max(20_000).meta({ description: "PEM of PKCS#8, not encrypted." }),
    certificate: z.string().trim().min(1).max(20_000).meta({ description: "PEM." }),
  }),
]);
export type NewCredential = z.infer<typeof newCredentialSchema>;

export const newConnectionSchema = z.strictObject({
  purpose: connectionPurposeSchema,
  cloud: z.string().max(20).meta({ description: "`global`, `usGov`, `usGovDod` or `china`." }),
  microsoftTenantId: guid,
  clientId: guid,
  credential: newCredentialSchema,
});
export type NewConnection = z.infer<typeof newConnectionSchema>;

export const renewedCredentialSchema = z.strictObject({
  purpose: connectionPurposeSchema,
  credential: newCredentialSchema,
});

/** A connection as people see it: nothing of its secret. */
export const connectionSchema = z.object({
  purpose: connectionPurposeSchema,
  kind: connectionKindSchema,
  cloud: z.string(),
  /** The id of the Microsoft tenant; in connections of older versions also a domain. */
  microsoftTenantId: z.string(),
  /** The application that the tenant knows us as. */
  clientId: z.string(),
  /** When the secret or the certificate ends; null when that is not known, or is the deployment's to watch. */
  credentialEndsAt: timestamp.nullable(),
  /** SHA-256 of the certificate, as `x5t#S256`; null without one. */
  certificateThumbprint: z.string().nullable(),
  /** When it was connected or last renewed; null in connections of older versions. */
  connectedAt: timestamp.nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** The least that is to be granted for a purpose, from the catalogue of families. */
export const permissionPresetSchema = z.object({
  purpose: connectionPurposeSchema,
  permissions: z.array(
    z.object({
      permission: z.string(),
      /** Labels of the families and other readings that need it. */
      neededFor: z.array(z.string()),
    }),
  ),
});
export type PermissionPreset = z.infer<typeof permissionPresetSchema>;

export const connectionsSchema = z.object({
  connections: z.array(connectionSchema),
  presets: z.array(permissionPresetSchema),
  /** The purposes for which this deployment has an application that administrators can consent to. */
  consent: z.array(z.object({ purpose: connectionPurposeSchema, cloud: z.string(), clientId: z.string() })),
});
export type Connections = z.infer<typeof connectionsSchema>;

/** What a consent came to, for the page that it leads back to. */
export const CONSENT_OUTCOMES = [
  "connected",
  "refused",
  "expired",
  "failed",
  "wrong_tenant",
  "not_administrator",
  "taken",
  "forbidden",
  /** Another person has to approve the connection; the request waits. */
  "waiting",
  /** Likewise, and the consent was begun without a reason to tell that person. */
  "approval_required",
] as const;
export const consentOutcomeSchema = z.enum(CONSENT_OUTCOMES);
export type ConsentOutcome = z.infer<typeof consentOutcomeSchema>;
