/** Connections in words. Pure. */
import {
  type Connection,
  type ConnectionKind,
  type ConnectionPurpose,
  type ConsentOutcome,
  CREDENTIAL_WARNING_DAYS,
} from "../../contract/connections.ts";
import type { Permissions } from "../../contract/permissions.ts";

const DAY_MS = 86_400_000;

export const KIND_WORDS: Readonly<Record<ConnectionKind, string>> = {
  consent: "Consent to this deployment's application",
  secret: "Own application, client secret",
  certificate: "Own application, certificate",
};

export const PURPOSE_WORDS: Readonly<Record<ConnectionPurpose, { title: string; description: string }>> = {
  read: {
    title: "Reading",
    description: "For inventory, backups, baselines, evidence, and restores while there is no other connection.",
  },
  write: {
    title: "Restoring",
    description:
      "Optional. Restores use it instead, so that the application for daily work needs no permission to write.",
  },
};

export const CLOUD_WORDS: Readonly<Record<string, string>> = {
  global: "Global",
  usGov: "US Government (GCC High)",
  usGovDod: "US Government (DoD)",
  china: "China (21Vianet)",
  local: "Simulator on this machine",
};

/** What a consent came to, and what to do next. */
export const OUTCOME_WORDS: Readonly<Record<ConsentOutcome, { success: boolean; text: string }>> = {
  connected: {
    success: true,
    text: "The tenant is connected. Test the connection to see whether all permissions are there.",
  },
  refused: {
    success: false,
    text: "The consent was not given at Microsoft. Nothing has changed; begin again when an administrator is at hand.",
  },
  expired: {
    success: false,
    text: "This consent was used already, has expired, or was begun in another session. Begin again.",
  },
  failed: { success: false, text: "Microsoft's answer does not hold. Nothing has changed; begin again." },
  wrong_tenant: {
    success: false,
    text: "The sign-in was to another Microsoft tenant than the consent. Sign in both times with an account of the tenant that is to be connected.",
  },
  not_administrator: {
    success: false,
    text: "The person who signed in is none of Global Administrator, Privileged Role Administrator or Cloud Application Administrator. Ask one of them to do it with you.",
  },
  taken: {
    success: false,
    text: "This Microsoft tenant cannot be connected here: it is connected elsewhere, or this tenant is connected to another one.",
  },
  forbidden: { success: false, text: "You are no owner of the tenant any more." },
  waiting: {
    success: true,
    text: "The consent is proven. Another owner has to approve the connection: the request waits under Approvals.",
  },
  approval_required: {
    success: false,
    text: "Connections need another person's approval by now. Begin again, and say why.",
  },
};

export type EndLevel = "unknown" | "far" | "soon" | "ended";

/** How near the end of a secret or certificate is. `days`: whole days that are left; null when the end is not known. */
export function endOf(
  { credentialEndsAt }: Pick<Connection, "credentialEndsAt">,
  now: number,
): { level: EndLevel; days: number | null } {
  if (credentialEndsAt === null) return { level: "unknown", days: null };
  const left = Date.parse(credentialEndsAt) - now;
  if (left <= 0) return { level: "ended", days: 0 };
  const days = Math.floor(left / DAY_MS);
  return { level: days < CREDENTIAL_WARNING_DAYS ? "soon" : "far", days };
}

/** What people have to know of the end; null while it is far. */
export function endWarning(
  connection: Pick<Connection, "credentialEndsAt" | "kind" | "purpose">,
  now: number,
): string | null {
  const { level, days } = endOf(connection, now);
  const what = `${connection.kind === "certificate" ? "certificate" : "client secret"} for ${connection.purpose === "read" ? "reading" : "restoring"}`;
  if (level === "ended") return `The ${what} has ended: Microsoft refuses it. Renew it.`;
  if (level !== "soon") return null;
  const when = days === 0 ? "today" : days === 1 ? "tomorrow" : `in ${days} days`;
  return `The ${what} ends ${when}. Renew it before.`;
}

/** What the last check found of a connection, the gravest first. Each sentence stands alone. */
export function testSentences({ check, failure }: Permissions, purpose: ConnectionPurpose): string[] {
  if (check === null) return failure === null ? [] : [`Microsoft could not be asked. ${failure.message}`];
  const sentences = failure === null ? [] : [`The last test could not ask Microsoft. ${failure.message}`];
  const verdicts = check.families.map(({ familyLabel, reading, writing }) => ({
    label: familyLabel,
    state: purpose === "read" ? reading.state : writing.state,
  }));
  const verb = purpose === "read" ? "read" : "restored";
  const labels = (state: string) => verdicts.filter((each) => each.state === state).map(({ label }) => label);
  const [missing, unknown] = [labels("missing"), labels("unknown")];
  if (missing.length > 0) sentences.push(`Cannot be ${verb}: ${missing.join(", ")}.`);
  if (unknown.length > 0) sentences.push(`Not known whether they can be ${verb}: ${unknown.join(", ")}.`);
  const beside = check.related.filter(({ reading }) => reading.state === "missing").map(({ label }) => label);
  if (missing.length + unknown.length === 0) sentences.push(`All policy families can be ${verb}.`);
  if (beside.length > 0) sentences.push(`Cannot be read beside the policies: ${beside.join(", ")}.`);
  return sentences;
}

/** Names of the permissions that the last check found missing for a purpose. */
export function missingNames({ check }: Permissions, purpose: ConnectionPurpose): readonly string[] {
  if (check === null) return [];
  return purpose === "read" ? check.toGrant.toRead : check.toGrant.toReadAndWrite;
}
