/** Requests for an approval in words. Pure. */
import type { ApprovalChange, ApprovalRequest, ApprovalState } from "../../contract/approvals.ts";
import { APPROVAL_KINDS } from "../../contract/approvals.ts";
import type { Capability } from "../../contract/access.ts";
import { CAPABILITY_WORDS } from "../../contract/roles.ts";

export const STATE_WORDS: Readonly<Record<ApprovalState, string>> = {
  waiting: "Waiting",
  carried_out: "Approved",
  failed: "Approved, not carried out",
  rejected: "Rejected",
  withdrawn: "Withdrawn",
  expired: "Expired",
};

/** What a request is for, in one line. */
export function requestTitle({ change }: Pick<ApprovalRequest, "change">): string {
  switch (change.kind) {
    case "restore":
      return `Restore from ${change.backupSet.name}`;
    case "force-delete":
      return change.backupSets.length === 1
        ? `Delete ${change.backupSets[0]?.name ?? ""} for good`
        : `Delete ${change.backupSets.length} backup sets for good`;
    case "restore.retry":
    case "force-delete.retry":
      return `${APPROVAL_KINDS[change.kind].label}${change.run.subject === null ? "" : `: ${change.run.subject}`}`;
    case "member.invite":
      return `Invite ${change.note === "" ? "a person" : change.note} as ${change.role.name}`;
    case "member.change-role":
      return `Give ${change.member.name} the role ${change.after.name}`;
    case "member.remove":
      return `Remove ${change.member.name}`;
    case "role.create":
      return `Make the role ${change.after.name}`;
    case "role.change":
      return `Change the role ${change.before.name}`;
    case "role.delete":
      return `Delete the role ${change.before.name}`;
    case "connection.connect":
      return change.before === null ? "Connect to Microsoft Graph" : "Replace the connection to Microsoft Graph";
    case "connection.renew":
      return "Renew the credential of the connection";
    case "connection.disconnect":
      return "Disconnect from Microsoft Graph";
    case "approval-settings":
      return change.after.subjects.length === 0 ? "Switch approvals off" : "Change what needs an approval";
  }
}

/** One thing that changes: from what (null: from nothing) to what (null: to nothing). */
export interface ChangeLine {
  term: string;
  before: string | null;
  after: string | null;
}

type Facts = Readonly<Record<string, string | null>>;

/** What differs of two states, or all of one that stands alone. */
export function changeLines(before: Facts | null, after: Facts | null): ChangeLine[] {
  const terms = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return terms
    .map((term) => ({ term, before: before?.[term] ?? null, after: after?.[term] ?? null }))
    .filter((line) => line.before !== line.after);
}

/** What a change of members, roles, connections or settings changes, line by line; empty for changes that have pages of their own. */
export function linesOf(change: ApprovalChange): ChangeLine[] {
  switch (change.kind) {
    case "restore":
    case "restore.retry":
    case "force-delete":
    case "force-delete.retry":
      return [];
    case "member.invite":
      return changeLines(null, { Role: change.role.name, "May do": capabilityWords(change.role.capabilities) });
    case "member.change-role":
      return [
        ...changeLines({ Role: change.before.name }, { Role: change.after.name }),
        ...capabilityLines(change.before.capabilities, change.after.capabilities),
      ];
    case "member.remove":
      return changeLines({ Member: change.member.name, Role: change.before.name }, null);
    case "role.create":
      return changeLines(null, roleFacts(change.after));
    case "role.change":
      return [
        ...changeLines({ Name: change.before.name }, { Name: change.after.name }),
        ...capabilityLines(change.before.capabilities, change.after.capabilities),
      ];
    case "role.delete":
      return changeLines(roleFacts(change.before), null);
    case "connection.connect":
      return [
        { term: "Used for", before: null, after: purposeWords(change.purpose) },
        ...changeLines(change.before && connectionFacts(change.before), connectionFacts(change.after)),
      ];
    case "connection.renew":
      return [
        { term: "Used for", before: null, after: purposeWords(change.purpose) },
        ...changeLines(connectionFacts(change.before), connectionFacts(change.after)),
      ];
    case "connection.disconnect":
      return change.ended.flatMap((each) =>
        changeLines({ "Used for": purposeWords(each.purpose), ...connectionFacts(each) }, null),
      );
    case "approval-settings":
      return changeLines(settingsFacts(change.before), settingsFacts(change.after));
  }
}

function capabilityWords(capabilities: readonly Capability[]): string {
  return capabilities.map((each) => CAPABILITY_WORDS[each]).join("; ");
}

/** What may be done besides, and what no more: a role has too many capabilities to compare two lists by eye. */
function capabilityLines(before: readonly Capability[], after: readonly Capability[]): ChangeLine[] {
  const gained = after.filter((each) => !before.includes(each));
  const lost = before.filter((each) => !after.includes(each));
  return [
    ...(gained.length === 0 ? [] : [{ term: "May do besides", before: null, after: capabilityWords(gained) }]),
    ...(lost.length === 0 ? [] : [{ term: "May not do any more", before: capabilityWords(lost), after: null }]),
  ];
}

function roleFacts({ name, capabilities }: { name: string; capabilities: readonly Capability[] }): Facts {
  return { Name: name, "May do": capabilityWords(capabilities) };
}

function purposeWords(purpose: "read" | "write"): string {
  return purpose === "read" ? "Reading" : "Restoring";
}

type ConnectedFacts = Extract<ApprovalChange, { kind: "connection.connect" }>["after"];

/** Of an ISO time: the day, in UTC. */
const DATE_LETTERS = 10;

const KIND_WORDS: Readonly<Record<ConnectedFacts["kind"], string>> = {
  consent: "Consent to the deployment's application",
  secret: "Client secret",
  certificate: "Certificate",
};

function connectionFacts(facts: ConnectedFacts): Facts {
  const { kind, cloud, microsoftTenantId, clientId, certificateThumbprint, credentialEndsAt } = facts;
  return {
    "Microsoft tenant": microsoftTenantId,
    Application: clientId,
    Credential: KIND_WORDS[kind],
    Cloud: cloud,
    "Credential ends": credentialEndsAt === null ? null : credentialEndsAt.slice(0, DATE_LETTERS),
    "Certificate's fingerprint": certificateThumbprint,
  };
}

type SettingsFacts = Extract<ApprovalChange, { kind: "approval-settings" }>["after"];

const SUBJECT_WORDS: Readonly<Record<SettingsFacts["subjects"][number], string>> = {
  restore: "restores",
  "force-delete": "deletions for good",
  members: "members and roles",
  connection: "connections",
};

function settingsFacts({ subjects, requestHours }: SettingsFacts): Facts {
  return {
    "Needs an approval": subjects.length === 0 ? "nothing" : subjects.map((each) => SUBJECT_WORDS[each]).join(", "),
    "A request waits for": requestHours === 1 ? "1 hour" : `${requestHours} hours`,
  };
}
