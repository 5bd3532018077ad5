/**
 * The settings that a deployment or a local start gives as plain variables, beside the bindings of wrangler.toml. They are
 * kept out of wrangler.toml on purpose: local mode must not be deployable by accident, and keys are secrets.
 */
import { z } from "zod";
import { isSecretsKey, type KeyRing } from "./secrets/secret-box.ts";

export interface Settings {
  /** Local identities are accepted from loopback hosts, and a tenant's cloud may be "local". Never set in a deployment. */
  localMode: boolean;
  /** Where the cloud "local" is reached: an origin, without a trailing slash. */
  localGraphUrl: string | null;
  /** What stored secrets are sealed with (`secrets/secret-box.ts`). */
  secretsKeys: KeyRing | null;
  /** Whether requests are limited in their rate: always, except in local mode, where a variable asks for it. */
  rateLimits: boolean;
  /** Makes the person who has it the first administrator, once. */
  setupCode: string | null;
  /** The sender of mail; null where the deployment sends none. In local mode mail stays on this machine. */
  mailFrom: string | null;
}

/** A variable is set, but to something that cannot be meant. Its message names the variable and never repeats the value. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** An unset variable and an empty one mean the same: shells and CI systems pass empty ones. */
function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
}

const variablesSchema = z.object({
  TENANTATLAS_LOCAL_MODE: optional(z.enum(["0", "1"], "must be 1 or 0")),
  TENANTATLAS_GRAPH_URL: optional(
    z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .transform((url) => url.replace(/\/+$/, "")),
  ),
  TENANTATLAS_SECRETS_KEY: optional(
    z.string("must be text").refine(isSecretsKey, "must be 32 bytes in base64 (openssl rand -base64 32)"),
  ),
  TENANTATLAS_SECRETS_KEY_PREVIOUS: optional(
    z
      .string("must be text")
      .transform((keys) => keys.split(",").map((key) => key.trim()))
      .refine((keys) => keys.every(isSecretsKey), "must be earlier secrets keys, with commas between them"),
  ),
  TENANTATLAS_RATE_LIMITS: optional(z.enum(["0", "1"], "must be 1 or 0")),
  TENANTATLAS_SETUP_CODE: optional(z.string().trim().min(16, "must have 16 characters or more (openssl rand -hex 16)")),
  TENANTATLAS_MAIL_FROM: optional(z.email("must be a mail address")),
});

const LOCAL_SENDER = "news@tenantatlas.example";

const cache = new WeakMap<object, Settings>();

/**
 * The keys that seal secrets.
 * @throws {Error} when there are none: the deployment is not ready then, and says so (`/readyz`).
 */
export function keysOf(env: object): KeyRing {
  const { secretsKeys } = readSettings(env);
  if (secretsKeys === null) throw new Error("There is no secrets key");
  return secretsKeys;
}

/**
 * The settings of an environment; parsed once per `env` object.
 * @throws {SettingsError} when a variable is malformed.
 */
export function readSettings(env: object): Settings {
  const known = cache.get(env);
  if (known) return known;
  const parsed = variablesSchema.safeParse(env);
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
  }
  const settings: Settings = {
    localMode: parsed.data.TENANTATLAS_LOCAL_MODE === "1",
    localGraphUrl: parsed.data.TENANTATLAS_GRAPH_URL ?? null,
    secretsKeys: ringOf(parsed.data.TENANTATLAS_SECRETS_KEY, parsed.data.TENANTATLAS_SECRETS_KEY_PREVIOUS),
    rateLimits: parsed.data.TENANTATLAS_LOCAL_MODE !== "1" || parsed.data.TENANTATLAS_RATE_LIMITS === "1",
    setupCode: parsed.data.TENANTATLAS_SETUP_CODE ?? null,
    mailFrom: parsed.data.TENANTATLAS_MAIL_FROM ?? (parsed.data.TENANTATLAS_LOCAL_MODE === "1" ? LOCAL_SENDER : null),
  };
  cache.set(env, settings);
  return settings;
}

function ringOf(current: string | undefined, previous: readonly string[] = []): KeyRing | null {
  if (current !== undefined) return { current, previous };
  if (previous.length === 0) return null;
  throw new SettingsError("TENANTATLAS_SECRETS_KEY_PREVIOUS is set without TENANTATLAS_SECRETS_KEY");
}
