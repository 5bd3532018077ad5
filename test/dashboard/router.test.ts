/** The console's router against the table of addresses, and against the files of the pages. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { PAGES } from "../../src/contract/console-addresses.ts";

const consoleFolder = new URL("../../src/dashboard/", import.meta.url).pathname;

// The console has types of its own (its tsconfig); a test in Node reads of the router what it needs.
const routeSchema = z.object({
  id: z.string(),
  to: z.string(),
  options: z.object({
    staticData: z.object({ navigation: z.object({ label: z.string() }).optional() }).optional(),
    component: z.custom<{ preload?: () => Promise<void> }>().optional(),
  }),
});
const { router } = z
  .object({ router: z.object({ routesById: z.record(z.string(), routeSchema) }) })
  .parse(await import(/* @vite-ignore */ path.join(consoleFolder, "router.ts")));
const routes = Object.values(router.routesById).filter(({ id }) => id !== "__root__");

describe("the console's router", () => {
  it("has a page for each address, and an address for each page", () => {
    const routed = new Set(routes.map(({ to }) => (to === "/" ? to : to.replace(/\/$/, ""))));
    expect([...routed].sort()).toEqual(Object.values(PAGES).toSorted());
  });

  it("shows each page that has a file", () => {
    const pages = readdirSync(consoleFolder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("-page.tsx"))
      .filter((file) => {
        const routesFile = path.join(consoleFolder, path.dirname(file), "routes.ts");
        return !readFileSync(routesFile, "utf8").includes(`import("./${path.basename(file)}")`);
      });
    expect(pages).toEqual([]);
  });

  it("lists the pages of the navigation in their order", () => {
    expect(routes.flatMap(({ options }) => options.staticData?.navigation?.label ?? [])).toEqual([
      "Overview",
      "Inventory",
      "Backups",
      "Findings",
      "Baselines",
      "Gold standards",
      "Evidence",
      "Review packs",
      "Operations",
      "Schedules",
      "Approvals",
      "Members",
      "Audit log",
      "Settings",
    ]);
  });

  it("can load the code of each page ahead", () => {
    const frames = ["/t/$slug"];
    const unloaded = routes.filter(
      ({ id, options }) => !frames.includes(id) && options.component?.preload === undefined,
    );
    expect(unloaded.map(({ id }) => id)).toEqual([]);
  });
});
