/** Finds texts that a person cannot read whole: cut off by a box, or beyond the edge of a page that does not scroll there. */
import type { Page } from "playwright-core";

/** What is cut, each with its text. Texts that end in an ellipsis are shortened on purpose; those behind a scroll are reached by it. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found = new Set<string>();
    if (root.scrollWidth > root.clientWidth) found.add(`the page is ${root.scrollWidth - root.clientWidth} px wider`);

    const isHidden = (element: Element): boolean => {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return true;
      // For screen readers alone, and what lies behind a dialog.
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { width, height } = at.getBoundingClientRect();
        if (at.ariaHidden === "true" || at.hasAttribute("inert") || (width <= 1 && height <= 1)) return true;
      }
      return false;
    };
    /** How the box cuts the text; null where it does not. */
    const cutBy = (box: Element, text: DOMRect): string | null => {
      const { overflowX, overflowY, textOverflow } = getComputedStyle(box);
      const { left, right, top, bottom } = box.getBoundingClientRect();
      const clips = (overflow: string): boolean => overflow === "hidden" || overflow === "clip";
      if (clips(overflowX) && textOverflow !== "ellipsis" && (text.right > right + 1 || text.left < left - 1))
        return "aside";
      if (clips(overflowY) && (text.bottom > bottom + 3 || text.top < top - 3)) return "below";
      return null;
    };
    const scrolls = (box: Element): boolean => /auto|scroll/.test(getComputedStyle(box).overflowX);

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const words = node.textContent?.trim() ?? "";
      const parent = node.parentElement;
      if (words === "" || parent === null || /^(?:SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(parent.tagName)) continue;
      if (isHidden(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const text of range.getClientRects()) {
        if (text.width === 0) continue;
        let reached = false;
        for (let box: Element | null = parent; box !== null && box !== root && !reached; box = box.parentElement) {
          const cut = cutBy(box, text);
          if (cut !== null) found.add(`cut ${cut}: ${words.slice(0, 60)}`);
          reached = cut !== null || scrolls(box);
        }
        if (!reached && (text.right > root.clientWidth + 1 || text.left < -1))
          found.add(`beyond the edge: ${words.slice(0, 60)}`);
      }
    }
    return [...found];
  });
}
