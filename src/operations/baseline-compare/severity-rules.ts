/**
 * How bad a difference is: a table, read from the top, of which the first row that fits decides. docs/baselines.md tells it to
 * people; a test keeps the two alike. Pure.
 */
import type { PolicyChange } from "../../policies/policy-diff.ts";
import { type FindingKind, SEVERAL_FIT, type Severity } from "../../contract/baselines.ts";
import {
  addsExclusion,
  excludesGroup,
  hasRisk,
  isAssigned,
  isOnly,
  isSecurityPolicy,
  narrowsConditions,
  type SeverityFacts,
  stateOf,
  touchesCode,
  weakensGrant,
} from "./severity-facts.ts";

export interface SeverityRule {
  id: string;
  severity: Severity;
  kinds: readonly FindingKind[];
  /** Beside the kind. */
  applies: (facts: SeverityFacts) => boolean;
  /** What is so, in a sentence. */
  message: (facts: SeverityFacts) => string;
}

export interface Judgement {
  severity: Severity;
  rule: string;
  message: string;
}

const always = () => true;
const isAccess = ({ family }: SeverityFacts) => hasRisk(family, "access");
/** What only reports, or is off, keeps nobody out: its changes are not of the worst. */
const isEnforcedAccess = (facts: SeverityFacts) => isAccess(facts) && stateOf(facts.before) === "enabled";

function gone({ ofStandard = false }: SeverityFacts): string {
  return ofStandard
    ? "No policy of the tenant was found to be this one of the gold standard."
    : "The policy of the baseline is not in the tenant any more.";
}
/** In the standard it is so; in a baseline it was. */
function was({ ofStandard = false }: SeverityFacts): string {
  return ofStandard ? "is" : "was";
}
const NEW = "The policy is in the tenant and not in the baseline.";

export const SEVERITY_RULES: readonly SeverityRule[] = [
  {
    id: SEVERAL_FIT,
    severity: "medium",
    kinds: ["removed"],
    applies: ({ fits = [] }) => fits.length > 0,
    message: ({ fits = [] }) =>
      `Policies of the tenant fit this one of the gold standard, and nothing tells which is meant: ${listed(fits)}. Nothing is said of what they set.`,
  },
  {
    id: "recreated",
    severity: "low",
    kinds: ["added", "removed"],
    applies: ({ recreated }) => recreated,
    message: (facts) =>
      facts.kind === "added"
        ? `${NEW} One of the same name and content is gone: it was probably made anew.`
        : `${gone(facts)} Another one has the same name and content: it was probably made anew.`,
  },
  {
    id: "access-removed",
    severity: "critical",
    kinds: ["removed"],
    applies: isEnforcedAccess,
    message: (facts) => `${gone(facts)} It ${was(facts)} enforced.`,
  },
  {
    id: "access-not-enforced",
    severity: "critical",
    kinds: ["changed"],
    applies: (facts) => isEnforcedAccess(facts) && stateOf(facts.after) !== "enabled",
    message: ({ after }) => `The policy is not enforced any more: its state is ${textOf(stateOf(after))}.`,
  },
  {
    id: "access-exclusion",
    severity: "critical",
    kinds: ["changed"],
    applies: (facts) => isEnforcedAccess(facts) && facts.changes.some(addsExclusion),
    message: ({ changes }) => `The policy leaves out what it did not: ${placesOf(changes.filter(addsExclusion))}.`,
  },
  {
    id: "access-grant-weakened",
    severity: "critical",
    kinds: ["changed"],
    applies: (facts) => isEnforcedAccess(facts) && facts.changes.some((change) => weakensGrant(change, facts.after)),
    message: ({ changes, after }) =>
      `The policy asks for less than it did: ${placesOf(changes.filter((change) => weakensGrant(change, after)))}.`,
  },
  {
    id: "access-narrowed",
    severity: "critical",
    kinds: ["changed"],
    applies: (facts) => isEnforcedAccess(facts) && facts.changes.some(narrowsConditions),
    message: ({ changes }) => `The policy holds for less than it did: ${placesOf(changes.filter(narrowsConditions))}.`,
  },
  {
    id: "access-removed-unenforced",
    severity: "medium",
    kinds: ["removed"],
    applies: isAccess,
    message: (facts) => `${gone(facts)} It ${was(facts)} not enforced.`,
  },
  {
    id: "notes-only",
    severity: "low",
    kinds: ["changed"],
    applies: ({ changes }) => isOnly(changes, "description", "roleScopeTagIds"),
    message: ({ changes }) => `Only what is noted with the policy differs: ${placesOf(changes)}.`,
  },
  {
    id: "code-added",
    severity: "high",
    kinds: ["added"],
    applies: ({ family }) => hasRisk(family, "code"),
    message: () => `${NEW} It runs code on devices.`,
  },
  {
    id: "code-changed",
    severity: "high",
    kinds: ["changed"],
    applies: ({ family, changes }) => hasRisk(family, "code") && touchesCode(changes),
    message: ({ changes }) => `Code that runs on devices differs: ${placesOf(changes)}.`,
  },
  {
    id: "privileges",
    severity: "high",
    kinds: ["added", "removed", "changed", "assignments"],
    applies: ({ family }) => hasRisk(family, "privileges"),
    message: (facts) => {
      if (facts.kind === "added") return `${NEW} It gives administrators rights.`;
      if (facts.kind === "removed")
        return `${gone(facts)} It ${facts.ofStandard === true ? "gives" : "gave"} administrators rights.`;
      return `Who may do what differs: ${placesOf(facts.changes)}.`;
    },
  },
  {
    id: "assigned-to-nobody",
    severity: "high",
    kinds: ["assignments"],
    applies: ({ before, after }) => isAssigned(before) && !isAssigned(after),
    message: () => "The policy is assigned to nobody any more, so it has no effect.",
  },
  {
    id: "security-unassigned",
    severity: "high",
    kinds: ["assignments"],
    applies: (facts) =>
      isSecurityPolicy(facts) && facts.changes.some((change) => change.kind !== "added" || excludesGroup(change)),
    message: ({ changes }) => `The policy does not reach all that it did: ${assignmentsText(changes)}.`,
  },
  {
    id: "security-removed",
    severity: "high",
    kinds: ["removed"],
    applies: isSecurityPolicy,
    message: gone,
  },
  {
    id: "security-changed",
    severity: "high",
    kinds: ["changed"],
    applies: isSecurityPolicy,
    message: ({ changes }) => differText(changes),
  },
  {
    id: "security-unknown",
    severity: "high",
    kinds: ["unknown"],
    applies: ({ family }) => hasRisk(family, "security"),
    message: () => "Nothing can be said of this family.",
  },
  { id: "security-added", severity: "medium", kinds: ["added"], applies: isSecurityPolicy, message: () => NEW },
  { id: "removed", severity: "medium", kinds: ["removed"], applies: always, message: gone },
  {
    id: "changed",
    severity: "medium",
    kinds: ["changed"],
    applies: always,
    message: ({ changes }) => differText(changes),
  },
  {
    id: "assignments",
    severity: "medium",
    kinds: ["assignments"],
    applies: always,
    message: ({ changes }) => `The policy is given to others: ${assignmentsText(changes)}.`,
  },
  {
    id: "unknown",
    severity: "medium",
    kinds: ["unknown"],
    applies: always,
    message: () => "Nothing can be said of this family.",
  },
  { id: "added", severity: "low", kinds: ["added"], applies: always, message: () => NEW },
  {
    id: "renamed",
    severity: "low",
    kinds: ["renamed"],
    applies: always,
    message: ({ changes }) => renamedText(changes),
  },
];

/** The severity of a difference, by the first row that fits. There is one for each kind. */
export function judge(facts: SeverityFacts): Judgement {
  const rule = SEVERITY_RULES.find((row) => row.kinds.includes(facts.kind) && row.applies(facts));
  if (rule === undefined) throw new Error(`no severity for ${facts.kind}`);
  return { severity: rule.severity, rule: rule.id, message: rule.message(facts) };
}

const NAMED_PLACES = 3;
const MAX_PLACE_LENGTH = 160;

function differText(changes: readonly PolicyChange[]): string {
  const what = changes.length === 1 ? "1 property differs" : `${changes.length} properties differ`;
  return `${what}: ${placesOf(changes)}.`;
}

/** The first places by name. */
function placesOf(changes: readonly PolicyChange[]): string {
  return listed([...new Set(changes.map(({ pathText }) => pathText))]);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_PLACES).map(shortened).join(", ");
  const rest = names.length - NAMED_PLACES;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function assignmentsText(changes: readonly PolicyChange[]): string {
  const words = (["added", "removed", "changed"] as const).flatMap((kind) => {
    const times = changes.filter((change) => change.kind === kind).length;
    return times === 0 ? [] : [`${times} ${kind}`];
  });
  return words.join(", ");
}

function renamedText(changes: readonly PolicyChange[]): string {
  const change = changes.find(({ kind }) => kind === "changed");
  if (change?.kind !== "changed") return "The policy's name differs.";
  return `The policy was called “${shortened(textOf(change.before))}”.`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function shortened(text: string): string {
  return (text.length > MAX_PLACE_LENGTH ? `${text.slice(0, MAX_PLACE_LENGTH)}…` : text).toWellFormed();
}
