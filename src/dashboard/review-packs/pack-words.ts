/** What is said of a pack's parts and sizes. Pure. */
import { groupDigits } from "../../contract/progress.ts";
import { PACK_PARTS, type PackInclude, type PackPart, type ReviewPackOptions } from "../../contract/review-packs.ts";

export const PART_WORDS: Record<PackPart, { label: string; description: string }> = {
  rawPolicies: { label: "Policies", description: "Each policy's document as canonical JSON, in folders by family." },
  evidence: {
    label: "Evidence items",
    description: "The snapshot's items as they were hashed, so that the root can be computed again.",
  },
  operations: { label: "Operations", description: "What ran in the 30 days before, with its counts." },
  findings: { label: "Drift findings", description: "Findings that are open or accepted." },
};

export const EVERYTHING: PackInclude = { rawPolicies: true, evidence: true, operations: true, findings: true };

/** Nothing is left to put into the pack: the server would refuse it. */
export function leavesNothing(include: PackInclude): boolean {
  return !PACK_PARTS.some((part) => include[part]);
}

/** How many files the archive will hold: what the server counts of each part, added up. */
export function fileCountText(options: ReviewPackOptions, include: PackInclude): string {
  const files = PACK_PARTS.reduce((sum, part) => sum + (include[part] ? options.parts[part] : 0), options.always);
  return groupDigits(`${files} files`);
}

export function partFilesText(files: number): string {
  return groupDigits(files === 1 ? "1 file" : `${files} files`);
}

/** "Everything", or the parts by name. */
export function includeText(include: PackInclude): string {
  const chosen = PACK_PARTS.filter((part) => include[part]);
  if (chosen.length === PACK_PARTS.length) return "Everything";
  return chosen.map((part) => PART_WORDS[part].label).join(", ");
}

const KILO = 1_000;

/** "1.5 MB": three digits that count, in decimal units, as file managers and browsers tell it. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return "size not known";
  const units = ["bytes", "kB", "MB", "GB", "TB"] as const;
  let value = bytes;
  let at = 0;
  while (value >= KILO && at < units.length - 1) {
    value /= KILO;
    at += 1;
  }
  const digits = at === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${units[at]}`;
}
