/** Who changed policies, or why that is not known, for versions, findings and evidence. */
import type { Change, UnknownChange } from "../../contract/changes.ts";
import { familyByKey } from "../../graph/families.ts";
import { logOf, typeDemanded } from "../../graph/change-log/logs.ts";
import { whyUnknown } from "../../graph/change-log/why-unknown.ts";
import { cutoffsOf } from "../retention/due.ts";
import { readRetentionRules } from "../retention/rules.ts";
import { type ChangeSpan, latestChanges, readLogStates } from "./policy-changes.ts";
import type { TenantDatabase } from "../databases.ts";

/** A policy, and the time in which it changed: later than `after`, not later than `until`; milliseconds since the epoch. */
export interface ChangeQuestion {
  family: string;
  graphId: string;
  after: number;
  until: number;
  /** Whether the policy's removal is looked for, or what is none. */
  removal: boolean;
}

/**
 * A family is read in five minutes at most (`UNIT_BUDGET`), and a version's time is that of its storing: a change that came while the
 * family was read may lie a little before the version that does not show it yet. Clocks differ by less than a minute.
 */
const READING_MS = 5 * 60_000;
const CLOCKS_MS = 60_000;

const NO_FAMILY: UnknownChange = {
  code: "no_policy",
  message: "This version of TenantAtlas does not know the policy's family.",
};

/**
 * The change that each question asks for, in their order: the latest in its time, else the latest close to it. Two queries, and one
 * more for every 400 kB of questions; and a batch of two for how long changes are kept.
 */
export async function tellChanges(
  database: TenantDatabase,
  tenantId: string,
  questions: readonly ChangeQuestion[],
  now: number,
): Promise<Change[]> {
  if (questions.length === 0) return [];
  const spans = questions.map(spanOf);
  const asked = spans.flatMap((span) =>
    span === null ? [] : [span, { ...span, after: span.after - READING_MS, until: span.until + CLOCKS_MS }],
  );
  const [found, states, { rules }] = await Promise.all([
    latestChanges(database, tenantId, asked),
    readLogStates(database, tenantId),
    readRetentionRules(database, tenantId),
  ]);
  const oldestKept = cutoffsOf(rules, now).changes;
  const changes = new Map(found.map(({ span, change }) => [span, change]));
  let place = 0;
  return spans.map((span) => {
    if (span === null) return { unknown: NO_FAMILY };
    const known = changes.get(place) ?? changes.get(place + 1);
    place += 2;
    if (known !== undefined) return { known };
    return { unknown: whyUnknown(span.log, states.get(span.log) ?? null, { ...span, oldestKept }) };
  });
}

function spanOf({ family: key, graphId, after, until, removal }: ChangeQuestion): ChangeSpan | null {
  const family = familyByKey(key);
  if (family === null) return null;
  return {
    log: logOf(family),
    resourceId: graphId.toLowerCase(),
    type: typeDemanded(family, graphId),
    after,
    until,
    removal,
  };
}
