/** Using a page by keys alone, as a person without a mouse does: what has the focus is seen at every step. */
import type { Locator, Page } from "playwright-core";

/** More than any page of the tests has stops. */
const MOST_STOPS = 120;

export interface Keyboard {
  press: (...keys: string[]) => Promise<void>;
  type: (text: string) => Promise<void>;
  /** Presses a key that moves the focus in a list, and waits until it is elsewhere: a row that is far away is drawn first. */
  move: (key: string) => Promise<void>;
  /**
   * Goes by the Tab key until the control has the focus.
   * @param back by Shift and Tab: for what stands before
   * @throws Error when it cannot be reached, or when a stop on the way does not show that it has the focus
   */
  reach: (control: Locator, back?: "back") => Promise<void>;
  /** Reaches the control and presses Enter. */
  use: (control: Locator, back?: "back") => Promise<void>;
}

export function keyboardOf(page: Page): Keyboard {
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const reach = async (control: Locator, back?: "back"): Promise<void> => {
    await control.first().waitFor();
    const trail: string[] = [];
    for (let stops = 0; stops < MOST_STOPS; stops += 1) {
      const { reached, name, fault } = await control.evaluateAll(lookAtFocus);
      if (fault !== null) throw new Error(`${name}: ${fault}`);
      if (reached) return;
      trail.push(name);
      await press(back === undefined ? "Tab" : "Shift+Tab");
    }
    throw new Error(`${String(control)} is not reached by Tab: ${trail.join(" → ")}`);
  };
  return {
    press,
    reach,
    type: (text) => page.keyboard.type(text),
    move: async (key) => {
      const before = await page.evaluateHandle(() => document.activeElement);
      await press(key);
      await page.waitForFunction(
        (from) => document.activeElement !== from && document.activeElement !== document.body,
        before,
      );
    },
    use: async (control, back) => {
      await reach(control, back);
      await press("Enter");
    },
  };
}

/** In the page. `fault`: why a person does not see where the focus is. */
function lookAtFocus(wanted: Element[]): { reached: boolean; name: string; fault: string | null } {
  const at = document.activeElement;
  const reached = at !== null && wanted.includes(at);
  const name = (at?.getAttribute("aria-label") ?? at?.textContent ?? at?.tagName ?? "nothing").slice(0, 40);
  // What the page itself gave the focus to, a title say, is no stop.
  if (at === null || at === document.body || at.getAttribute("tabindex") === "-1")
    return { reached, name, fault: null };
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const hasCaret = at.matches("textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  if (!hasCaret && (outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2)) {
    return { reached, name, fault: "it has the focus and does not show it" };
  }
  const { left, right, top, bottom } = at.getBoundingClientRect();
  const isOutside = bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth;
  return { reached, name, fault: isOutside ? "it has the focus and is out of sight" : null };
}
