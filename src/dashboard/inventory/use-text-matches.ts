/** Finds text in an element and marks it, without changing the element: the CSS Custom Highlight API. */
import { type RefObject, useEffect, useState } from "react";

/** More would only slow the page; the count then says "1,000+". */
const MATCH_LIMIT = 1_000;

interface TextMatches {
  count: number;
  /** For people: "12 matches", "No match". */
  text: string;
  /** Goes to the next (1) or the previous (-1) match, around the end. */
  step: (direction: 1 | -1) => void;
}

/** `content` is what the element shows: a change of it searches again. */
export function useTextMatches(element: RefObject<HTMLElement | null>, query: string, content: string): TextMatches {
  const [ranges, setRanges] = useState<Range[]>([]);
  const [current, setCurrent] = useState(0);

  useEffect(() => {
    const found = element.current === null || query === "" ? [] : findRanges(element.current, query);
    setRanges(found);
    setCurrent(0);
    if (found[0] !== undefined) reveal(found[0]);
    highlight("json-match", found);
    return () => highlight("json-match", []);
  }, [element, query, content]);

  useEffect(() => {
    const range = ranges[current];
    highlight("json-current", range === undefined ? [] : [range]);
    return () => highlight("json-current", []);
  }, [ranges, current]);

  const step = (direction: 1 | -1) => {
    if (ranges.length === 0) return;
    const next = (current + direction + ranges.length) % ranges.length;
    setCurrent(next);
    const range = ranges[next];
    if (range !== undefined) reveal(range);
  };
  return { count: ranges.length, text: matchText(ranges.length), step };
}

function matchText(count: number): string {
  if (count === 0) return "No match";
  if (count === 1) return "1 match";
  return count >= MATCH_LIMIT ? "1,000+ matches" : `${count} matches`;
}

function findRanges(root: HTMLElement, query: string): Range[] {
  const needle = query.toLowerCase();
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const hay = (node.nodeValue ?? "").toLowerCase();
    // Lowering can change a text's length in a few scripts; positions would then be wrong.
    if (hay.length !== node.nodeValue?.length) continue;
    for (let at = hay.indexOf(needle); at !== -1; at = hay.indexOf(needle, at + needle.length)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + needle.length);
      ranges.push(range);
      if (ranges.length >= MATCH_LIMIT) return ranges;
    }
  }
  return ranges;
}

function reveal(range: Range): void {
  range.startContainer.parentElement?.scrollIntoView({ block: "nearest" });
  const scroller = range.startContainer.parentElement?.parentElement;
  if (!scroller) return;
  const box = range.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom) scroller.scrollTop += box.top - frame.top - frame.height / 3;
}

function highlight(name: string, ranges: Range[]): void {
  if (!("highlights" in CSS)) return;
  if (ranges.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...ranges));
}
