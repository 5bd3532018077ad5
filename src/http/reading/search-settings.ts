/** "Where is X set": a search through the settings of all policies, in steps that each cost little. */
import { z } from "zod";
import {
  MAX_MATCHES_LISTED,
  type ReadableRow,
  type SettingMatch,
  type SettingSearch,
} from "../../contract/readable-policy.ts";
import { MAX_VALUE_CHARACTERS } from "../../contract/policy-diff.ts";
import { countPresent, foldName, type PolicyContent, presentPolicies } from "../../database/inventory/policies.ts";
import { cursorAt, decodeCursor } from "../../database/sql/cursor.ts";
import { familyByKey } from "../../graph/families.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import { readableSettings } from "../../policies/readable-settings.ts";
import { readPayload } from "../../storage/payload-store.ts";
import type { ReadingEnv } from "../routing/served.ts";

/** Documents that a step reads at most: each costs a read of R2. */
export const POLICIES_PER_STEP = 40;
/** A step that has read so much ends; large documents cost time to parse. */
const BYTES_PER_STEP = 4 * 1024 * 1024;
/** Of a long value, shown before what was found in it. */
const CHARACTERS_BEFORE = 200;
/** Documents in memory at once. */
const AT_ONCE = 6;

interface Search {
  query: string;
  family: string | null;
  cursor: string | null;
}

/** One step. Two queries, and a read of R2 for each policy. Ids are searched as they are stored, without the names of what they name. */
export async function searchSettings(env: ReadingEnv, tenantId: string, search: Search): Promise<SettingSearch> {
  const after = decodeCursor(search.cursor, z.tuple([z.string(), z.string(), z.int().min(0)]));
  const selection = { tenantId, family: search.family };
  const [policies, candidates] = await Promise.all([
    countPresent(env.DATABASE, selection),
    presentPolicies(
      env.DATABASE,
      selection,
      after === null ? null : { family: after[0], graphId: after[1] },
      POLICIES_PER_STEP + 1,
    ),
  ]);
  const step = withinBytes(candidates.slice(0, POLICIES_PER_STEP));
  const text = foldName(search.query);
  const found: Looked[] = [];
  for (let at = 0; at < step.length; at += AT_ONCE) {
    const looked = step.slice(at, at + AT_ONCE).map((policy) => lookAt(env, tenantId, policy, text));
    found.push(...(await Promise.all(looked)));
  }
  const looked = (after?.[2] ?? 0) + step.length;
  const last = step.at(-1);
  return {
    items: found.flatMap((each) => (each.kind === "match" ? [each.match] : [])),
    nextCursor:
      last === undefined || step.length === candidates.length ? null : cursorAt([last.family, last.graphId, looked]),
    looked,
    policies,
    unreadable: found.flatMap((each) => (each.kind === "unreadable" ? [{ id: each.id, name: each.name }] : [])),
  };
}

/** At least one, so that every step comes further. */
function withinBytes(policies: readonly PolicyContent[]): PolicyContent[] {
  let bytes = 0;
  return policies.filter(({ contentBytes }, at) => {
    bytes += contentBytes;
    return at === 0 || bytes <= BYTES_PER_STEP;
  });
}

type Looked =
  | { kind: "none" }
  | { kind: "match"; match: SettingMatch }
  | { kind: "unreadable"; id: string; name: string };

async function lookAt(env: ReadingEnv, tenantId: string, policy: PolicyContent, text: string): Promise<Looked> {
  const { id, name, family, versionNumber, lastSeenAt, contentHash } = policy;
  const payload = await readPayload(env.ARTIFACTS, tenantId, contentHash);
  if (payload.kind !== "found") return { kind: "unreadable", id, name };
  const rows = matchingRows(
    readableSettings(payload.document, meaningRules(family), () => null, Number.POSITIVE_INFINITY),
    text,
  );
  if (rows.length === 0) return { kind: "none" };
  const familyLabel = familyByKey(family)?.label ?? family;
  return {
    kind: "match",
    match: {
      policy: { id, name, family, familyLabel, versionNumber, lastSeenAt },
      rows: rows.slice(0, MAX_MATCHES_LISTED).map((row) => cutAround(row, text)),
      matchCount: rows.length,
    },
  };
}

/** A row with as much of its value as is shown: from a little before the match, where it has one. */
export function cutAround<Row extends Pick<ReadableRow, "value" | "omitted">>(row: Row, text: string): Row {
  const { value } = row;
  if (value === null || value.length <= MAX_VALUE_CHARACTERS) return row;
  const from = Math.min(
    Math.max(0, foldName(value).indexOf(text) - CHARACTERS_BEFORE),
    value.length - MAX_VALUE_CHARACTERS,
  );
  const shown = value.slice(from, from + MAX_VALUE_CHARACTERS).toWellFormed();
  return { ...row, value: shown, omitted: row.omitted + value.length - shown.length };
}

/** The rows that hold the text in label, name or value, each with the labels above it. Pure. */
export function matchingRows(rows: readonly ReadableRow[], text: string): (ReadableRow & { within: string[] })[] {
  const above: string[] = [];
  return rows.flatMap((row) => {
    above.length = row.depth;
    const within = [...above];
    above.push(row.label);
    const said = [row.label, row.name, row.value ?? "", row.stored ?? ""];
    return said.some((each) => foldName(each).includes(text)) ? [{ ...row, within }] : [];
  });
}
