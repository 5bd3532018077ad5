/**
 * From what a token names and what Microsoft Graph answered to what is granted. Graph's answer wins over the token's: the claim is for
 * diagnosis only (`token-roles.ts`), and a permission can be granted or taken away while a token lives. Pure.
 */
import type { PermissionReason, PermissionVerdict } from "../../contract/permissions.ts";
import { isMet, type FamilyNeeds, type Need } from "./needs.ts";

/** The result of one small reading. */
export type ProbeOutcome =
  | { kind: "read" }
  /** 403. `permission`: the one to grant, by what Graph names. `says`: Graph's own sentence, empty when it said none. */
  | { kind: "refused"; permission: string; says: string }
  /** No answer to the question: throttled, no licence, an outage. */
  | { kind: "not_told"; reason: PermissionReason };

/** The permissions that the token names; null when it names none, which says nothing of what is granted. */
export type Claims = ReadonlySet<string> | null;

export function readingVerdict(
  need: Need,
  outcome: ProbeOutcome,
  claims: Claims,
  isForPeopleAlone = false,
): PermissionVerdict {
  const claimed = claims === null ? null : isMet(need, claims);
  switch (outcome.kind) {
    case "read":
      return {
        state: "granted",
        basis: "reading",
        permissions: [],
        reason: claimed === false ? unclaimed(need) : null,
      };
    case "refused": {
      const code = claimed === true ? "claimed_but_refused" : "refused";
      const message = [claimed === true ? contradiction(need, isForPeopleAlone) : null, quoted(outcome.says)]
        .filter((sentence) => sentence !== null)
        .join(" ");
      return { state: "missing", basis: "reading", permissions: [outcome.permission], reason: { code, message } };
    }
    case "not_told":
      return { state: "unknown", basis: null, permissions: [], reason: outcome.reason };
  }
}

/** Nothing is written to find out: what writing needs is taken from the token, and what a restore reads first from its reading. */
export function writingVerdict(needs: FamilyNeeds, reading: PermissionVerdict, claims: Claims): PermissionVerdict {
  // What the token says cannot help where the tenant does not have the service.
  if (reading.state === "unknown" && reading.reason?.code === NOT_LICENSED) return reading;
  const unclaimed =
    claims === null
      ? []
      : [...(reading.state === "unknown" ? [needs.reading] : []), ...needs.writing].filter(
          (need) => !isMet(need, claims),
        );
  // What the token names already is not to be granted again.
  const isContradiction = reading.reason?.code === "claimed_but_refused";
  if (unclaimed.length > 0) {
    const names = unclaimed.map(({ permission }) => permission);
    const unread = reading.state === "missing" && !isContradiction ? reading.permissions : [];
    const reason = { code: "not_claimed", message: `The token does not name ${names.join(" and ")}.` };
    return { state: "missing", basis: "token", permissions: [...new Set([...unread, ...names])], reason };
  }
  if (reading.state === "missing") {
    const code = isContradiction ? "claimed_but_refused" : "refused";
    return { ...reading, reason: { code, message: READ_FIRST } };
  }
  if (claims === null) return { state: "unknown", basis: null, permissions: [], reason: TOKEN_NAMES_NOTHING };
  return { state: "granted", basis: "token", permissions: [], reason: null };
}

/** The code of a tenant without Intune, among reasons of failed readings (`graph-work/failure-results.ts`). */
const NOT_LICENSED = "intune_not_licensed";

const READ_FIRST = "A restore reads what it replaces, and Microsoft Graph refused the reading.";

const TOKEN_NAMES_NOTHING: PermissionReason = {
  code: "token_names_nothing",
  message:
    "Only a token tells what may be written without writing, and Microsoft's names no permissions. Look at the application in Microsoft Entra.",
};

function unclaimed({ permission }: Need): PermissionReason {
  return {
    code: "works_unclaimed",
    message: `Microsoft Graph answered, though the token does not name ${permission}. Another permission opens it, or the grant was taken away a moment ago.`,
  };
}

function contradiction({ permission }: Need, isForPeopleAlone: boolean): string {
  return isForPeopleAlone
    ? `The token names ${permission}, and Microsoft Graph refused the reading: Microsoft documents it for people who are signed in, not for applications.`
    : `The token names ${permission} or its equal, and Microsoft Graph refused the reading. A fresh consent takes some minutes to reach all services: check again later.`;
}

function quoted(says: string): string | null {
  return says === "" ? "Microsoft Graph answered 403." : `Microsoft Graph says: “${says.replace(/\.$/, "")}”.`;
}
