/** Makes the tables of docs/watching.md from the catalogue of metrics and the list of alerts. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

export const WATCHING_PAGE = "docs/watching.md";
export const RUNBOOK = "docs/runbook.md";
/** In the queries. A deployment's own is in wrangler.toml. */
const DATASET = "tenantatlas_production";

/** What the product exports is parsed, since these scripts are typed for Node and the product for the Worker. */
const metricsModule = z.object({
  METRICS: z.record(
    z.string(),
    z.object({
      label: z.string(),
      means: z.string(),
      unit: z.string().nullable(),
      labels: z.array(z.string()),
      ofTenant: z.boolean(),
      kind: z.enum(["added", "latest"]),
    }),
  ),
});
const alertSchema = z.object({
  name: z.string(),
  metric: z.string(),
  where: z.record(z.string(), z.string()),
  of: z.enum(["count", "sum", "max"]),
  above: z.number(),
  windowMinutes: z.int(),
  means: z.string(),
});
const alertsModule = z.object({
  ALERTS: z.array(alertSchema),
  alertQuery: z.custom<(alert: z.infer<typeof alertSchema>, dataset: string) => unknown>(
    (value) => typeof value === "function",
  ),
});

/** The page with its tables as they have to be: what stands between the marks is replaced. */
export async function watchingPage(root: string): Promise<string> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(path.join(root, file)).href);
  const { METRICS } = metricsModule.parse({ ...z.looseObject({}).parse(await load("src/contract/metrics.ts")) });
  const { ALERTS, alertQuery } = alertsModule.parse({
    ...z.looseObject({}).parse(await load("src/contract/alerts.ts")),
  });
  const metrics = [
    "| metric | label | means | unit | told by |",
    "|---|---|---|---|---|",
    ...Object.entries(METRICS).map(([name, { label, means, unit, labels, ofTenant, kind }]) => {
      const by = [...labels, ...(ofTenant ? ["tenant"] : [])].join(", ");
      return `| `.concat(
        [
          `\`${name}\``,
          label,
          kind === "latest" ? `${means} The newest value counts` : means,
          unit ?? "–",
          by || "–",
        ].join(" | "),
        " |",
      );
    }),
  ].join("\n");
  const alerts = ALERTS.map((alert) =>
    [
      `- [\`${alert.name}\`](runbook.md#${alert.name}): ${alert.means}`,
      `  Fires above ${alert.above}.`,
      "",
      "  ```sql",
      `  ${String(alertQuery(alert, DATASET))}`,
      "  ```",
    ].join("\n"),
  ).join("\n\n");
  return between(between(readFileSync(path.join(root, WATCHING_PAGE), "utf8"), "metrics", metrics), "alerts", alerts);
}

/** The names of alerts, in order. */
export async function alertNames(root: string): Promise<string[]> {
  const module: unknown = await import(pathToFileURL(path.join(root, "src/contract/alerts.ts")).href);
  return alertsModule.parse({ ...z.looseObject({}).parse(module) }).ALERTS.map(({ name }) => name);
}

function between(page: string, mark: string, text: string): string {
  const [start, end] = [`<!-- ${mark}: start -->`, `<!-- ${mark}: end -->`];
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${WATCHING_PAGE} lacks ${start} … ${end}`);
  return `${before}${start}\n\n${text}\n\n${end}${after}`;
}
