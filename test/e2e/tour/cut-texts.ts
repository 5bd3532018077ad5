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
        if (getComputedStyle(at).clipPath === "inset(50%)") return true;
        if (at.ariaHidden === "true" || at.hasAttribute("inert") || (width <= 1 && height <= 1)) return true;
      }
      return false;
    };
    /** How the box cuts the text; null where it does not, "ellipsis" where it shortens it. */
    const cutBy = (box: Element, text: DOMRect): string | null => {
      const { overflowX, overflowY, textOverflow } = getComputedStyle(box);
      const { left, right, top, bottom } = box.getBoundingClientRect();
      const clips = (overflow: string): boolean => overflow === "hidden" || overflow === "clip";
      if (clips(overflowX) && (text.right > right + 1 || text.left < left - 1))
        return textOverflow === "ellipsis" ? "ellipsis" : "aside";
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
          if (cut !== null && cut !== "ellipsis") found.add(`cut ${cut}: ${words.slice(0, 60)}`);
          reached = cut !== null || scrolls(box);
        }
        if (!reached && (text.right > root.clientWidth + 1 || text.left < -1))
          found.add(`beyond the edge: ${words.slice(0, 60)}`);
      }
    }
    const pen = document.createElement("canvas").getContext("2d");
    for (const select of document.querySelectorAll("select")) {
      const words = select.selectedOptions[0]?.text ?? "";
      if (pen === null || isHidden(select)) continue;
      const { font, paddingLeft, paddingRight } = getComputedStyle(select);
      pen.font = font;
      const room = select.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (pen.measureText(words).width > room + 1) found.add(`cut in its choice: ${words.slice(0, 60)}`);
    }
    return [...found];
  });
}
