/** Which of a tenant's queries a run that has ended makes old. All others stay as they are: an inventory may be thousands of policies. Pure. */
import { isOperationType, type OperationType } from "../../contract/operation-types.ts";

interface Changed {
  /** Policies, versions and families. */
  inventory: boolean;
  /** Kinds of records: what follows `queryKeys.records` in a query's key. */
  records: readonly string[];
}

const SETS = ["backup-sets", "restore-plans", "restore-undo", "finding-remedy"];
const SNAPSHOTS = ["evidence-snapshots", "evidence-snapshot", "review-pack-options"];
const BASELINES = ["baselines", "baseline", "comparisons-under-way"];
/** Followed standards are baselines: a comparison tells of them as well. */
const STANDARDS = ["standards", "followed-standards"];
const COMPARISONS = ["comparisons", "comparison", "drift", "findings", "finding", "finding-remedy"];

const CHANGED: Readonly<Record<OperationType, Changed>> = {
  // Items of backup sets are compared with it.
  "inventory.sync": { inventory: true, records: ["backup-sets"] },
  "backup-set.add-policies": { inventory: false, records: SETS },
  "backup-set.import": { inventory: false, records: [...SETS, "policy-files"] },
  "backup-set.restore": { inventory: false, records: SETS },
  "backup-set.delete": { inventory: false, records: SETS },
  "backup-set.force-delete": { inventory: false, records: SETS },
  "policy.restore-preview": { inventory: false, records: ["restore-plans", "backup-sets", "followed-standards"] },
  // The inventory learns of it by the next sync.
  "policy.restore": {
    inventory: false,
    records: ["restore-plans", "restore-results", "restore-approvals", "restore-undo", "backup-sets"],
  },
  "baseline.capture": { inventory: false, records: BASELINES },
  "baseline.compare": { inventory: false, records: [...BASELINES, ...COMPARISONS, ...STANDARDS] },
  "evidence.snapshot": { inventory: false, records: SNAPSHOTS },
  "review-pack.generate": { inventory: false, records: ["review-packs", "review-pack-options"] },
  "operations.cancel": { inventory: false, records: [] },
  "operations.retry": { inventory: false, records: [] },
  "tenant.export": { inventory: false, records: ["exports"] },
  "news.deliver": { inventory: false, records: ["news"] },
};
/** Whether something has happened since the newest export: each run is something. What became of a due time: the run may be of a schedule. */
const BY_ANY: readonly unknown[] = ["closing", "schedules"];

/** Whether a query with the key reads what a run of the type has changed. A type that this version does not know may have changed all. */
export function isChangedBy(type: string, key: readonly unknown[]): boolean {
  const [, , room, kind] = key;
  if (room !== "inventory" && room !== "records") return false;
  if (!isOperationType(type) || BY_ANY.includes(kind)) return true;
  const { inventory, records } = CHANGED[type];
  return room === "inventory" ? inventory : typeof kind === "string" && records.includes(kind);
}
