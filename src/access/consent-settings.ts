/**
 * The deployment's own applications, which administrators of tenants consent to: one that reads, and where it is wished another that
 * restores, since a consent grants all that an application asks for. docs/operations.md lists the variables.
 */
import { z } from "zod";
import type { ConnectionPurpose } from "../contract/connections.ts";
import { CONNECTION_PURPOSES } from "../contract/connections.ts";
import { readSettings } from "../environment.ts";
import { LOCAL_CLOUD, resolveCloud } from "../graph/clouds.ts";
import { guidSchema } from "./guid.ts";
import { isLoopback } from "./loopback.ts";

export interface ConsentApplication {
  clientId: string;
  clientSecret: string;
}

export interface ConsentSettings {
  /** Origin of the console, to which Microsoft leads back. */
  origin: string;
  /** A key of `graph/clouds.ts`. */
  cloud: string;
  /** Where administrators consent. */
  consentUrl: string;
  /** Where they sign in: the same but for tests. */
  loginUrl: string;
  applications: Readonly<Record<ConnectionPurpose, ConsentApplication | null>>;
}

const unset = z.literal("").transform(() => undefined);
const variable = <Schema extends z.ZodType>(schema: Schema) => z.union([unset, schema]).optional();
const guid = z.string().trim().pipe(guidSchema);
const text = z.string().trim().min(1);

const variablesSchema = z.object({
  TENANTATLAS_ORIGIN: variable(z.string().transform((value) => URL.parse(value)?.origin)),
  TENANTATLAS_CONSENT_CLIENT_ID: variable(guid),
  TENANTATLAS_CONSENT_CLIENT_SECRET: variable(text),
  TENANTATLAS_CONSENT_WRITE_CLIENT_ID: variable(guid),
  TENANTATLAS_CONSENT_WRITE_CLIENT_SECRET: variable(text),
  TENANTATLAS_CONSENT_CLOUD: variable(z.enum(["global", "usGov", "usGovDod", LOCAL_CLOUD])),
  TENANTATLAS_CONSENT_LOGIN_URL: variable(z.url().refine(isLoopback, "is for a login on this machine only")),
});

/** The variables of this module that are set. */
export function consentVariables(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set: Record<string, string> = {};
  for (const name of Object.keys(variablesSchema.shape)) {
    const value = variables[name];
    if (value) set[name] = value;
  }
  return set;
}

/** Null when this deployment has no application of its own. `problem` says for the log what is wrong with half of one. */
export function readConsentSettings(env: object): { settings: ConsentSettings | null; problem: string | null } {
  const parsed = variablesSchema.safeParse(env);
  if (!parsed.success) {
    const problem = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
    return { settings: null, problem };
  }
  const variables = parsed.data;
  const applications = {
    read: application(variables.TENANTATLAS_CONSENT_CLIENT_ID, variables.TENANTATLAS_CONSENT_CLIENT_SECRET),
    write: application(
      variables.TENANTATLAS_CONSENT_WRITE_CLIENT_ID,
      variables.TENANTATLAS_CONSENT_WRITE_CLIENT_SECRET,
    ),
  };
  if (CONNECTION_PURPOSES.every((purpose) => applications[purpose] === null)) return { settings: null, problem: null };
  const { TENANTATLAS_ORIGIN: origin, TENANTATLAS_CONSENT_CLOUD: cloud = "global" } = variables;
  if (origin === undefined)
    return { settings: null, problem: "TENANTATLAS_CONSENT_CLIENT_ID needs TENANTATLAS_ORIGIN" };
  const endpoints = resolveCloud(cloud, readSettings(env));
  if (endpoints === null) return { settings: null, problem: "TENANTATLAS_CONSENT_CLOUD is of local mode" };
  const loginUrl = variables.TENANTATLAS_CONSENT_LOGIN_URL ?? endpoints.loginUrl;
  return { settings: { origin, cloud, consentUrl: endpoints.loginUrl, loginUrl, applications }, problem: null };
}

function application(clientId: string | undefined, clientSecret: string | undefined): ConsentApplication | null {
  return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret };
}
