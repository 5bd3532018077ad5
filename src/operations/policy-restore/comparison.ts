/** What the steps of comparing a plan's items with the tenant hand to each other. */
import type { ReferenceKind } from "../../contract/restore.ts";
import type { ItemToDecide } from "../../database/restore/restore-plan-items.ts";
import type { StoredPlan } from "../../database/restore/restore-plans.ts";
import type { PlanOptions } from "../../database/restore/tables.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import type { KnownFamily } from "../../graph/families.ts";
import type { OmaSecrets } from "../../graph/oma-secrets.ts";
import type { Reference } from "../../graph/restore/references.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import type { UnitContext } from "../../runs/operation.ts";
import type { ReferenceSources } from "./decide-references.ts";
import type { KnownReferences } from "./known-references.ts";
import type { InTenant, Match } from "./match-target.ts";

/** What the comparison of one family works with. */
export interface Comparison {
  plan: StoredPlan;
  family: KnownFamily;
  client: GraphClient;
  known: KnownReferences;
  context: UnitContext;
}

export type TenantPolicy = InTenant & { lastModifiedAt: string | null };

/** An item with the policy that the tenant has of it. */
export interface ItemWithTarget {
  item: ItemToDecide;
  match: Match;
  /** The whole document of the policy that the match names; null where it names none, or several. */
  target: JsonObject | null;
  candidates: readonly TenantPolicy[];
  /** Of an item that the tenant does not have: see `StoredDetail.namesakes`. */
  namesakes: readonly string[] | null;
}

/** An item with all that its decision depends on: nothing is read any more. */
export interface ComparedItem extends ItemWithTarget {
  /** See `comparableHash`; null without a target. */
  targetHash: string | null;
  /** The document of the backup; null when it cannot be read. */
  stored: JsonObject | null;
  /** The backup's encrypted values in clear. Empty for most. */
  secrets: OmaSecrets;
  /** The target's. Null where the decision does not depend on them; "gone" where Graph does not know the target's any more. */
  targetSecrets: OmaSecrets | "gone" | null;
  /** Of an undo: what the restore wanted, where an item needs that to be decided, and whether it never learnt the answer of a request. */
  restored: { wanted: JsonObject | null; isOpen: boolean } | null;
  /** What the document refers to. */
  references: readonly Reference[];
  /** What a thing was called when the item was taken; null where that is not known. */
  nameAtBackup: (kind: ReferenceKind, id: string) => string | null;
}

/** What holds for all items of a portion. */
export interface DecisionBasis {
  family: KnownFamily;
  options: PlanOptions;
  /** Origin of the tenant's Graph. */
  graphUrl: string;
  /** When the items are decided, in milliseconds since the epoch. */
  plannedAt: number;
  sources: ReferenceSources;
}
