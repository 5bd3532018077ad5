/** The findings that are ticked to be accepted together. Pure. Each with what the person has seen of it when it was ticked. */
import { type Finding, MAX_ACCEPTED_AT_ONCE } from "../../contract/baselines.ts";

/** `changesHash` by the finding's id. */
export type ChosenFindings = ReadonlyMap<string, string>;
export const NO_FINDINGS: ChosenFindings = new Map();

type Listed = Pick<Finding, "id" | "status" | "changesHash">;

/** There is nothing to decide of what is resolved. */
export function isAcceptable({ status }: Pick<Finding, "status">): boolean {
  return status !== "resolved";
}

export function isFull(chosen: ChosenFindings): boolean {
  return chosen.size >= MAX_ACCEPTED_AT_ONCE;
}

/** One more that is beyond the most at once is not taken. */
export function toggleFinding(chosen: ChosenFindings, { id, changesHash }: Listed): ChosenFindings {
  const next = new Map(chosen);
  if (!next.delete(id) && !isFull(chosen)) next.set(id, changesHash);
  return next;
}

/** What is chosen without that which is not listed any more, or is resolved by now. */
export function stillChosen(chosen: ChosenFindings, listed: readonly Listed[]): ChosenFindings {
  return new Map(
    listed.filter(isAcceptable).flatMap(({ id }) => {
      const seen = chosen.get(id);
      return seen === undefined ? [] : [[id, seen] as const];
    }),
  );
}

/** `all`: none of the listed can be added. */
export function listedFindingsState(chosen: ChosenFindings, listed: readonly Listed[]): "none" | "some" | "all" {
  if (chosen.size === 0) return "none";
  return isFull(chosen) || listed.every((finding) => chosen.has(finding.id) || !isAcceptable(finding)) ? "all" : "some";
}

/** Chooses the first of the listed, as many as can be accepted at once; where none can be added, none of all. */
export function toggleListedFindings(chosen: ChosenFindings, listed: readonly Listed[]): ChosenFindings {
  if (listedFindingsState(chosen, listed) === "all") return NO_FINDINGS;
  const next = new Map(chosen);
  for (const { id, changesHash } of listed.filter(isAcceptable)) {
    if (!isFull(next) && !next.has(id)) next.set(id, changesHash);
  }
  return next;
}
