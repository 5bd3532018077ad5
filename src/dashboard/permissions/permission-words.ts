/** What a check comes to, in words: what a person has to decide, before the table of all families. Pure. */
import type { MissingPermission, PermissionCheck, PermissionVerdict } from "../../contract/permissions.ts";

const STATE_WORDS: Readonly<Record<PermissionVerdict["state"], string>> = {
  granted: "Granted",
  missing: "Missing",
  unknown: "Not known",
};

/** Whether Graph refuses what the token names: granting it again changes nothing. */
export function isRefusedAnyway({ reason }: PermissionVerdict): boolean {
  return reason?.code === "claimed_but_refused";
}

/** A verdict in a word or two, and what to grant for it. */
export function verdictWords(verdict: PermissionVerdict): { word: string; toGrant: readonly string[] } {
  if (isRefusedAnyway(verdict)) return { word: "Refused", toGrant: [] };
  return { word: STATE_WORDS[verdict.state], toGrant: verdict.permissions };
}

/** One sentence for each thing to know, the gravest first. */
export function checkSentences({ families, related, tokenNamesPermissions }: PermissionCheck): string[] {
  const unread = families.filter(({ reading }) => reading.state === "missing").length;
  const unwritten = families.filter(
    ({ reading, writing }) => reading.state !== "missing" && writing.state === "missing",
  ).length;
  const unchecked = families.filter(({ reading }) => reading.state === "unknown").length;
  const beside = related.filter(({ reading }) => reading.state === "missing").map(({ label }) => label);
  const sentences: string[] = [];
  if (unread > 0) {
    sentences.push(`${familiesOf(unread)} cannot be read: the inventory, backups and findings are without them.`);
  }
  if (unchecked > 0) sentences.push(`${familiesOf(unchecked)} could not be checked.`);
  if (beside.length > 0) sentences.push(`Not readable beside the policies: ${beside.join(", ")}.`);
  if (unwritten > 0) sentences.push(`${familiesOf(unwritten)} can be read and not restored.`);
  if (!tokenNamesPermissions) {
    sentences.push("Microsoft's token names no permissions, so what may be restored is not known before a restore.");
  }
  if (sentences.length > 0) return sentences;
  return ["All families can be read, and by what the token names they can be restored."];
}

function familiesOf(count: number): string {
  return count === 1 ? "1 family" : `${count} families`;
}

/** What a missing permission is missing for. Labels of families that it opens for reading are not repeated for writing. */
export function missingFor({ toRead, toWrite, toReadBeside }: MissingPermission): string[] {
  const alsoToWrite = toWrite.filter((label) => !toRead.includes(label));
  return [
    ...(toRead.length + toReadBeside.length > 0 ? [`To read ${[...toRead, ...toReadBeside].join(", ")}`] : []),
    ...(alsoToWrite.length > 0 ? [`To restore ${alsoToWrite.join(", ")}`] : []),
  ];
}
