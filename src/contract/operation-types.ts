/**
 * The operation types of this product, as data. Server, console, the standards' table and the boundary of counted progress read
 * them from here. What a type does is attached to its declaration by `implement` (runs/implement.ts).
 */
import type { Capability } from "./access.ts";
import type { UnitNoun } from "./progress.ts";
import { listOfNames, nameAlone, namesOrAll, runsThatMatch, snapshotAt, wholeTenant } from "./run-subject.ts";

/** Singular to plural of what units and findings are called. The compiler refuses a noun that stands here twice. */
const PLURALS = {
  "archive entry": "archive entries",
  "backup set": "backup sets",
  delivery: "deliveries",
  file: "files",
  "evidence item": "evidence items",
  finding: "findings",
  operation: "operations",
  policy: "policies",
  "policy family": "policy families",
} as const;

function noun(one: keyof typeof PLURALS): UnitNoun {
  return { one, other: PLURALS[one] };
}

/** What runs make, and what the link from a run to it says. */
export const RESULTS = {
  "backup-set": { link: "Open the backup set" },
  baseline: { link: "Open the baseline" },
  "baseline-comparison": { link: "Open the comparison" },
  "evidence-snapshot": { link: "Open the snapshot" },
  "restore-plan": { link: "Review the plan" },
  "review-pack": { link: "Open the review pack" },
  "tenant-export": { link: "Open the export" },
} as const;
export type ResultKind = keyof typeof RESULTS;

export function isResultKind(kind: string): kind is ResultKind {
  return Object.hasOwn(RESULTS, kind);
}

/**
 * What a retry does: the units that failed, or, where a part is worth nothing without the others, everything anew. `nothing`: there is none, since what
 * failed is tried again from elsewhere.
 */
export type RetryKind = "failed_units" | "everything" | "nothing";

/** What is known of a type without its code. Other builds (bench, tests) bring declarations of their own. */
interface CommonDeclaration {
  type: string;
  /** The operation in words: "Inventory sync". */
  label: string;
  /** Who may start it. */
  capability: Capability;
  /**
   * Whether API tokens may neither start nor retry it. So where its units ask what the person who started it may do: that is more than their
   * token may.
   */
  peopleOnly?: true;
  /** Its runs are over tenants (contract/portfolio.ts): none is started in one. */
  overTenants?: true;
  /** The kind of its runs' result; null for a type whose runs make nothing that has a page. */
  makes: string | null;
  /** What a run that has ended is told to have been about: "10 findings". Null for a type whose subject says all of it. */
  extent: UnitNoun | null;
}

/** Work of named units. `uncounted`: done and settled in just the same way, but never shown as a number. */
export interface BulkDeclaration extends CommonDeclaration {
  progressMode: "counted" | "uncounted";
  unit: UnitNoun;
  retry: RetryKind;
  /** What its runs did is told by effect, and not by how many units succeeded. */
  tellsEffects?: boolean;
}

/** Work whose extent nobody knows beforehand. It shows phases, and there is no part of it to retry. */
export interface PhasedDeclaration extends CommonDeclaration {
  progressMode: "phased";
}

export type OperationDeclaration = BulkDeclaration | PhasedDeclaration;

/** A row of the table. `excludedBy` is the specification that fixes its mode: it can only be one that shows no number. */
type Row<Declaration> = Omit<Declaration, "type" | "makes"> & {
  makes: ResultKind | null;
  /** Makes the subject of a run from names that are known at its start. */
  subject: (names: never) => string | null;
};
type CountedRow = Row<BulkDeclaration> & { progressMode: "counted"; excludedBy?: never };
type UncountedRow = Row<BulkDeclaration> & { progressMode: "uncounted"; excludedBy?: number };
type PhasedRow = Row<PhasedDeclaration> & { excludedBy?: number };

/** In the order in which people meet them. A type that stands here twice does not compile, nor does a counted baseline. */
export const OPERATION_TYPES = {
  "inventory.sync": {
    label: "Inventory sync",
    progressMode: "counted",
    unit: noun("policy family"),
    capability: "inventory.sync",
    retry: "failed_units",
    makes: null,
    subject: namesOrAll("All policy families"),
    extent: null,
  },
  "backup-set.add-policies": {
    label: "Add policies to backup set",
    progressMode: "counted",
    unit: noun("policy"),
    capability: "backup.write",
    retry: "failed_units",
    makes: "backup-set",
    subject: nameAlone,
    extent: noun("policy"),
  },
  "backup-set.import": {
    label: "Import of files",
    progressMode: "counted",
    unit: noun("file"),
    capability: "backup.write",
    retry: "failed_units",
    makes: "backup-set",
    subject: nameAlone,
    extent: noun("policy"),
  },
  "backup-set.restore": {
    label: "Unarchive backup sets",
    progressMode: "counted",
    unit: noun("backup set"),
    capability: "backup.write",
    retry: "failed_units",
    makes: null,
    subject: listOfNames,
    extent: null,
  },
  "backup-set.delete": {
    label: "Archive backup sets",
    progressMode: "uncounted",
    excludedBy: 271,
    unit: noun("backup set"),
    capability: "backup.delete",
    retry: "failed_units",
    makes: null,
    subject: listOfNames,
    extent: null,
  },
  "backup-set.force-delete": {
    label: "Delete backup sets for good",
    progressMode: "uncounted",
    excludedBy: 271,
    unit: noun("backup set"),
    capability: "backup.force-delete",
    retry: "failed_units",
    makes: null,
    subject: listOfNames,
    extent: null,
  },
  "policy.restore-preview": {
    label: "Restore preview",
    progressMode: "phased",
    excludedBy: 271,
    capability: "restore.preview",
    makes: "restore-plan",
    subject: nameAlone,
    extent: noun("policy"),
  },
  "policy.restore": {
    label: "Restore policies",
    progressMode: "counted",
    unit: noun("policy"),
    capability: "restore.execute",
    retry: "failed_units",
    tellsEffects: true,
    makes: "restore-plan",
    subject: nameAlone,
    extent: noun("policy"),
  },
  "baseline.capture": {
    label: "Baseline capture",
    progressMode: "phased",
    excludedBy: 271,
    capability: "baseline.capture",
    makes: "baseline",
    subject: nameAlone,
    extent: noun("policy"),
  },
  "baseline.compare": {
    label: "Baseline comparison",
    progressMode: "phased",
    excludedBy: 271,
    capability: "baseline.compare",
    makes: "baseline-comparison",
    subject: nameAlone,
    extent: noun("finding"),
  },
  // A snapshot with holes proves nothing: a retry takes a new one, of the tenant as it is known by then.
  "evidence.snapshot": {
    label: "Evidence snapshot",
    progressMode: "counted",
    unit: noun("evidence item"),
    capability: "evidence.create",
    retry: "everything",
    makes: "evidence-snapshot",
    subject: wholeTenant,
    extent: noun("evidence item"),
  },
  // Half a pack is none: a retry makes a new one.
  "review-pack.generate": {
    label: "Review pack",
    progressMode: "counted",
    unit: noun("archive entry"),
    capability: "review-pack.generate",
    retry: "everything",
    makes: "review-pack",
    subject: snapshotAt,
    extent: noun("archive entry"),
  },
  // Other runs, never one that is itself over others.
  "operations.cancel": {
    label: "Cancel operations",
    progressMode: "counted",
    unit: noun("operation"),
    capability: "operations.cancel",
    peopleOnly: true,
    retry: "failed_units",
    makes: null,
    subject: runsThatMatch,
    extent: null,
  },
  "operations.retry": {
    label: "Retry operations",
    progressMode: "counted",
    unit: noun("operation"),
    capability: "operations.retry",
    peopleOnly: true,
    retry: "failed_units",
    makes: null,
    subject: runsThatMatch,
    extent: null,
  },
  // Half an export is none: a retry makes a new one.
  "tenant.export": {
    label: "Export of everything",
    progressMode: "counted",
    unit: noun("archive entry"),
    capability: "tenant.export",
    retry: "everything",
    makes: "tenant-export",
    subject: wholeTenant,
    extent: noun("archive entry"),
  },
  // Started by the product alone, for what is due of a tenant at a moment. It tells about others, and nothing tells about it.
  "news.deliver": {
    label: "Delivery of news",
    progressMode: "counted",
    unit: noun("delivery"),
    capability: "news.manage",
    peopleOnly: true,
    // A message has its own tries, and people send it again where it is listed.
    retry: "nothing",
    makes: null,
    subject: listOfNames,
    extent: null,
  },
} as const satisfies Record<string, CountedRow | UncountedRow | PhasedRow> & Record<`baseline.${string}`, PhasedRow>;

/**
 * Types whose runs may be started again with what they were started with. Not among them: what is only done by a plan that a person has just reviewed, and
 * what deletes.
 */
export const RUN_AGAIN = [
  "inventory.sync",
  "backup-set.add-policies",
  "baseline.compare",
  "evidence.snapshot",
  "tenant.export",
] as const satisfies readonly OperationType[];

export type OperationType = keyof typeof OPERATION_TYPES;

type TypeInMode<Mode> = {
  [Type in OperationType]: (typeof OPERATION_TYPES)[Type]["progressMode"] extends Mode ? Type : never;
}[OperationType];
export type PhasedType = TypeInMode<"phased">;
export type BulkType = Exclude<OperationType, PhasedType>;

/** What acts on other runs of the tenant. Neither takes a run of these types, so that none ever acts on itself. */
export const TYPES_OVER_RUNS = { cancel: "operations.cancel", retry: "operations.retry" } as const;

export function isOverRuns(type: string | undefined): boolean {
  return Object.values(TYPES_OVER_RUNS).some((each) => each === type);
}

/** Types whose runs stay out of what shows activity and failures, and notify nobody: what became of them is told elsewhere. */
export const QUIET_TYPES = ["news.deliver"] as const satisfies readonly OperationType[];

export function isQuiet(type: string): boolean {
  return QUIET_TYPES.some((each) => each === type);
}

/** What a person or a token may ask for: all but what the product starts by itself. In the table's order. */
export function startableTypes(): StartableType[] {
  return operationTypes().filter((type): type is StartableType => !isQuiet(type));
}
export type StartableType = Exclude<OperationType, (typeof QUIET_TYPES)[number]>;

export function isOperationType(type: string): type is OperationType {
  return Object.hasOwn(OPERATION_TYPES, type);
}

/** In the table's order. */
export function operationTypes(): OperationType[] {
  return Object.keys(OPERATION_TYPES).filter(isOperationType);
}
