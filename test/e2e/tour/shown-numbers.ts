/** The numbers that a page of the console shows at one moment, each with whether it is said to be present or of an earlier time. */
import type { Page } from "playwright-core";

export interface ShownNumber {
  /** "activity", the title of a fact, or `run <id>`. */
  what: string;
  text: string;
  /** Of the bar; null without one. */
  percent: number | null;
  /** The time that it is marked with: `10:07:54 AM`; null for what is shown as present. */
  asOf: string | null;
}

export interface ShownPage {
  at: number;
  address: string;
  /** Whether the page says that it is not connected. */
  lost: boolean;
  numbers: ShownNumber[];
}

export function shownNumbers(page: Page): Promise<ShownPage> {
  return page.evaluate(() => {
    const numbers: ShownNumber[] = [];
    const markOf = (text: string): string | null =>
      /as of (\d[^)]*?[AP]M)/.exec(text.replaceAll("\u202F", " "))?.[1] ?? null;
    const isDrawn = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });

    const activity = [...document.querySelectorAll("button")].find(({ textContent }) =>
      textContent.startsWith("Activity"),
    );
    const told = activity?.querySelector("[data-told]") ?? activity;
    const count = /\d+/.exec(told?.textContent ?? "")?.[0];
    if (count !== undefined)
      numbers.push({ what: "activity", text: count, percent: null, asOf: markOf(activity?.textContent ?? "") });

    for (const term of document.querySelectorAll("main dt")) {
      const value = term.nextElementSibling;
      const number = value?.querySelector("[data-told], [data-unknown]");
      if (number === null || number === undefined || !/\d/.test(number.textContent)) continue;
      numbers.push({
        what: term.textContent,
        text: number.textContent,
        percent: null,
        asOf: markOf(number.textContent),
      });
    }
    for (const progress of document.querySelectorAll("[data-progress-of]")) {
      if (!isDrawn(progress)) continue;
      const words = progress.querySelector("p");
      const bar = progress.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow") ?? null;
      numbers.push({
        what: `run ${progress.getAttribute("data-progress-of")}`,
        text: words?.firstElementChild?.textContent ?? "",
        percent: bar === null ? null : Number(bar),
        asOf: markOf(words?.textContent ?? ""),
      });
    }
    const lost = document.documentElement.hasAttribute("data-connection-lost");
    return { at: Date.now(), address: location.pathname, lost, numbers };
  });
}
