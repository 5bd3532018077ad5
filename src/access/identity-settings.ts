/**
 * How this deployment knows people: one mode, named by `TENANTATLAS_IDENTITY`, with what that mode needs. What is missing or contradicts
 * itself lets nobody in, and says what to set. docs/deploy.md lists the variables.
 */
import { z } from "zod";
import { CLOUDS } from "../graph/clouds.ts";
import { readSettings } from "../environment.ts";
import { guidSchema } from "./guid.ts";
import type { KeyRing } from "../secrets/secret-box.ts";
import { isLoopback } from "./loopback.ts";

export type IdentitySettings =
  /** The caller's word, from this machine alone. */
  | { mode: "local" }
  | { mode: "entra"; entra: EntraSettings }
  | { mode: "access"; access: AccessSettings }
  /** Nobody is let in. `problem` is for the log. */
  | { mode: "none"; problem: string };

/** Sign-in at Microsoft Entra ID, by OpenID Connect. */
export interface EntraSettings {
  /** Origin of the console, as people open it. */
  origin: string;
  /** Origin of the login, without a trailing slash. */
  loginUrl: string;
  /** The id of the only Microsoft tenant whose people may sign in, or `organizations` for all of them. */
  tenant: string;
  clientId: string;
  clientSecret: string;
  /** Seals what a browser keeps during a sign-in. */
  secretsKeys: KeyRing;
}

/** Cloudflare Access in front of the Worker. */
export interface AccessSettings {
  /** `https://<team>.cloudflareaccess.com`: the issuer of its tokens. */
  teamUrl: string;
  /** The tag of the Access application. */
  audience: string;
}

export const ANY_ORGANIZATION = "organizations";

const unset = z.literal("").transform(() => undefined);
const text = z.string().trim().min(1);

function variable<Schema extends z.ZodType>(schema: Schema) {
  return z.union([unset, schema]).optional();
}

/** An https origin, or a plain one on this machine. */
const originSchema = z.string().transform((value, context) => {
  const url = URL.parse(value);
  if (url !== null && url.origin === value.replace(/\/$/, "") && (url.protocol === "https:" || isLoopback(value)))
    return url.origin;
  context.addIssue({
    code: "custom",
    message: "must be an https origin without a path, such as https://atlas.example.com",
  });
  return z.NEVER;
});

const loopbackOriginSchema = originSchema.refine(isLoopback, {
  error: "is for an identity provider on this machine only",
});

const trimmedGuidSchema = z.string().trim().pipe(guidSchema);

const variablesSchema = z.object({
  TENANTATLAS_IDENTITY: variable(z.enum(["local", "entra", "access"], "must be entra, access or local")),
  TENANTATLAS_ORIGIN: variable(originSchema),
  TENANTATLAS_ENTRA_TENANT: variable(
    z.union([z.literal(ANY_ORGANIZATION), trimmedGuidSchema], `must be the tenant's id, or ${ANY_ORGANIZATION}`),
  ),
  TENANTATLAS_ENTRA_CLIENT_ID: variable(trimmedGuidSchema),
  TENANTATLAS_ENTRA_CLIENT_SECRET: variable(text),
  TENANTATLAS_ENTRA_CLOUD: variable(z.enum(["global", "usGov", "usGovDod"], "must be global, usGov or usGovDod")),
  TENANTATLAS_ENTRA_LOGIN_URL: variable(loopbackOriginSchema),
  TENANTATLAS_ACCESS_TEAM: variable(
    z.union(
      [
        z
          .string()
          .regex(/^[a-z\d-]+$/, "must be the team's name")
          .transform((team) => `https://${team}.cloudflareaccess.com`),
        loopbackOriginSchema,
      ],
      "must be the team's name: what stands before .cloudflareaccess.com",
    ),
  ),
  TENANTATLAS_ACCESS_AUDIENCE: variable(text),
});
type Variables = z.output<typeof variablesSchema>;

const OF_ENTRA = [
  "TENANTATLAS_ORIGIN",
  "TENANTATLAS_ENTRA_TENANT",
  "TENANTATLAS_ENTRA_CLIENT_ID",
  "TENANTATLAS_ENTRA_CLIENT_SECRET",
] as const;
const OF_ACCESS = ["TENANTATLAS_ACCESS_TEAM", "TENANTATLAS_ACCESS_AUDIENCE"] as const;

/** The variables of this module that are set. */
export function identityVariables(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set: Record<string, string> = {};
  for (const name of Object.keys(variablesSchema.shape)) {
    const value = variables[name];
    if (value) set[name] = value;
  }
  return set;
}

const cache = new WeakMap<object, IdentitySettings>();

/** The identity settings of an environment; parsed once per `env` object. A malformed variable is a problem like a missing one. */
export function readIdentitySettings(env: object): IdentitySettings {
  const known = cache.get(env);
  if (known) return known;
  const settings = judge(env);
  cache.set(env, settings);
  return settings;
}

function judge(env: object): IdentitySettings {
  const parsed = variablesSchema.safeParse(env);
  if (!parsed.success) {
    return refuse(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
  }
  const variables = parsed.data;
  const { localMode, secretsKeys } = readSettings(env);
  const mode = variables.TENANTATLAS_IDENTITY ?? (localMode ? "local" : undefined);
  switch (mode) {
    case undefined:
      return refuse("Set TENANTATLAS_IDENTITY to entra or to access");
    case "local":
      return localMode ? { mode } : refuse("TENANTATLAS_IDENTITY is local, which needs TENANTATLAS_LOCAL_MODE=1");
    case "entra":
      return entra(variables, secretsKeys);
    case "access":
      return access(variables);
  }
}

function entra(variables: Variables, secretsKeys: KeyRing | null): IdentitySettings {
  const foreign = OF_ACCESS.filter((name) => variables[name] !== undefined);
  if (foreign.length > 0) return refuse(`TENANTATLAS_IDENTITY is entra: remove ${foreign.join(", ")}`);
  const { TENANTATLAS_ORIGIN: origin, TENANTATLAS_ENTRA_TENANT: tenant } = variables;
  const { TENANTATLAS_ENTRA_CLIENT_ID: clientId, TENANTATLAS_ENTRA_CLIENT_SECRET: clientSecret } = variables;
  if (!origin || !tenant || !clientId || !clientSecret || secretsKeys === null) {
    const missing: string[] = OF_ENTRA.filter((name) => variables[name] === undefined);
    if (secretsKeys === null) missing.push("TENANTATLAS_SECRETS_KEY");
    return refuse(`TENANTATLAS_IDENTITY is entra: set ${missing.join(", ")}`);
  }
  const loginUrl =
    variables.TENANTATLAS_ENTRA_LOGIN_URL ?? CLOUDS[variables.TENANTATLAS_ENTRA_CLOUD ?? "global"].loginUrl;
  return { mode: "entra", entra: { origin, loginUrl, tenant, clientId, clientSecret, secretsKeys } };
}

function access(variables: Variables): IdentitySettings {
  const foreign = OF_ENTRA.filter((name) => name !== "TENANTATLAS_ORIGIN" && variables[name] !== undefined);
  if (foreign.length > 0) return refuse(`TENANTATLAS_IDENTITY is access: remove ${foreign.join(", ")}`);
  const { TENANTATLAS_ACCESS_TEAM: teamUrl, TENANTATLAS_ACCESS_AUDIENCE: audience } = variables;
  if (teamUrl && audience) return { mode: "access", access: { teamUrl, audience } };
  const missing = OF_ACCESS.filter((name) => variables[name] === undefined);
  return refuse(`TENANTATLAS_IDENTITY is access: set ${missing.join(", ")}`);
}

function refuse(problem: string): IdentitySettings {
  return { mode: "none", problem };
}
