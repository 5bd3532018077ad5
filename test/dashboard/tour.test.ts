/** The list of dialogs and menus that `npm run test:axe` opens, against the files that make them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { allOpenings, NOT_OPENED } from "../e2e/tour/dialogs.ts";
import { PAGES } from "../../src/contract/console-addresses.ts";

const consoleFolder = new URL("../../src/dashboard/", import.meta.url).pathname;
const MAKES_ONE = /<(?:FormDialog|ConfirmDialog|Menu|Dialog\.Root|CommandList)\b/;

it("opens each dialog and menu of the console", () => {
  const making = readdirSync(consoleFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".tsx"))
    .filter((file) => MAKES_ONE.test(readFileSync(path.join(consoleFolder, file), "utf8")));
  const openings = allOpenings({ pages: PAGES, empty: {}, failed: {}, waitingRun: "", waitingPortfolio: "" });
  const known = new Set([...openings.flatMap(({ of }) => of), ...Object.keys(NOT_OPENED)]);
  expect(making.filter((file) => !known.has(file))).toEqual([]);
  expect(
    [...known].filter(
      (file) => !readdirSync(path.join(consoleFolder, path.dirname(file))).includes(path.basename(file)),
    ),
  ).toEqual([]);
});
