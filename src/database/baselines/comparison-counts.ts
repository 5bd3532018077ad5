/** What a comparison left behind, between its row in D1 and the contract. */
import { z } from "zod";
import {
  type ComparisonCounts,
  type FindingKind,
  type FindingsNow,
  type FindingStatus,
  findingKindSchema,
  findingStatusSchema,
  type Severity,
  severitySchema,
  type StatusCounts,
} from "../../contract/baselines.ts";
import { parseStoredJson } from "../sql/stored-json.ts";

/** As `SEAL` in comparison-sealing.ts writes it: findings in cells, from which every sum is made here and nowhere else. */
const storedSchema = z.object({
  cells: z.array(
    z.object({
      kind: findingKindSchema,
      severity: severitySchema,
      status: findingStatusSchema,
      checked: z.int(),
      findings: z.int(),
    }),
  ),
  inBaseline: z.int(),
  unknown: z.int(),
  gone: z.int(),
  added: z.int(),
});

const nowSchema = z.array(storedSchema.shape.cells.element.pick({ severity: true, status: true, findings: true }));

/** The findings of a baseline at this moment, in the cells that the query of baselines makes of them. */
export function readFindingsNow(stored: string): FindingsNow {
  return { bySeverity: bySeverity(nowSchema.parse(parseStoredJson(stored))) };
}

interface Cell {
  severity: Severity;
  status: FindingStatus;
  findings: number;
}

function bySeverity(cells: readonly Cell[]): FindingsNow["bySeverity"] {
  const of = (severity: Severity) => countsOf(cells.filter((cell) => cell.severity === severity));
  return { critical: of("critical"), high: of("high"), medium: of("medium"), low: of("low") };
}

function countsOf(cells: readonly Cell[]): StatusCounts {
  const counts: StatusCounts = { open: 0, accepted: 0, resolved: 0 };
  for (const cell of cells) counts[cell.status] += cell.findings;
  return counts;
}

/** Throws for anything but the counts of a sealed comparison. */
export function readComparisonCounts(stored: string): ComparisonCounts {
  const { cells, inBaseline, unknown, gone, added } = storedSchema.parse(parseStoredJson(stored));
  const ofKind = (kind: FindingKind) => countsOf(cells.filter((cell) => cell.kind === kind));
  const unchecked = cells.filter(({ checked }) => checked === 0);
  return {
    total: countsOf(cells),
    byKind: {
      added: ofKind("added"),
      removed: ofKind("removed"),
      changed: ofKind("changed"),
      renamed: ofKind("renamed"),
      assignments: ofKind("assignments"),
      unknown: ofKind("unknown"),
    },
    bySeverity: bySeverity(cells),
    notChecked: unchecked.reduce((sum, { findings }) => sum + findings, 0),
    policies: { matching: inBaseline - unknown - gone, different: gone + added, unknown },
  };
}
