/** Two texts as lines to read one below the other, and two values with their differing words marked. Pure. */
import { diffLines, diffWordsWithSpace } from "diff";

export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
  /** The line break before the end of the text; its absence is a difference too. */
  broken: boolean;
}
/** Lines to show, or a run of unchanged ones to leave out until they are asked for. */
export interface LineBlock {
  folded: boolean;
  lines: DiffLine[];
}

/** Unchanged lines shown around changed ones. */
const CONTEXT_LINES = 3;
/** Fewer are not worth a button. */
const MIN_FOLDED_LINES = 4;

export function diffTexts(before: string, after: string): DiffLine[] {
  return diffLines(before, after).flatMap(({ value, added, removed }) => {
    const kind = added ? "added" : removed ? "removed" : "same";
    return linesOf(value).map((line): DiffLine => ({ kind, ...line }));
  });
}

/** Whether a line is on both sides but for a carriage return, which nobody would see. */
export function differsInReturns(lines: readonly DiffLine[]): boolean {
  const texts = (kind: DiffLine["kind"]) =>
    lines.filter((line) => line.kind === kind).map(({ text }) => withoutReturn(text));
  const added = new Set(texts("added"));
  return texts("removed").some((text) => added.has(text));
}

export function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

/** Cuts the lines into blocks: what changed with its surroundings, and the unchanged stretches between. */
export function foldLines(lines: readonly DiffLine[]): LineBlock[] {
  const near = nearChanges(lines);
  const blocks: LineBlock[] = [];
  for (let from = 0; from < lines.length;) {
    const shown = near[from] ?? true;
    let to = from;
    while (to < lines.length && near[to] === shown) to += 1;
    const block = { folded: !shown && to - from >= MIN_FOLDED_LINES, lines: lines.slice(from, to) };
    const previous = blocks.at(-1);
    if (previous && !previous.folded && !block.folded) previous.lines.push(...block.lines);
    else blocks.push(block);
    from = to;
  }
  return blocks;
}

export interface Word {
  text: string;
  marked: boolean;
}

/** Both values in words, those marked that the other does not have. Null when nearly all differ: marks would only be noise. */
export function diffWords(before: string, after: string): { before: Word[]; after: Word[] } | null {
  const parts = diffWordsWithSpace(before, after);
  const kept = parts
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, part) => sum + part.value.length, 0);
  if (kept * 3 < Math.max(before.length, after.length)) return null;
  return {
    before: parts.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, marked: removed })),
    after: parts.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, marked: added })),
  };
}

function nearChanges(lines: readonly DiffLine[]): boolean[] {
  const near = lines.map(() => false);
  lines.forEach(({ kind }, at) => {
    if (kind === "same") return;
    for (let line = at - CONTEXT_LINES; line <= at + CONTEXT_LINES; line += 1) if (line in near) near[line] = true;
  });
  return near;
}

function linesOf(text: string): { text: string; broken: boolean }[] {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const whole = lines.map((line) => ({ text: line, broken: true }));
  return last === "" ? whole : [...whole, { text: last, broken: false }];
}
