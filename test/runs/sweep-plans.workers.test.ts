import { describe, expect, it } from "vitest";
import { removeOldOccurrences } from "../../src/database/portfolio/portfolio-schedules.ts";
import { runPortfolioSchedules } from "../../src/runs/edge/portfolio/run-portfolio-schedules.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { queryPlans } from "../support/query-plans.ts";
import { env } from "../support/environment.ts";
import { FIRST_SHARD } from "../../src/database/databases.ts";

/** Tables that the sweep goes through as a whole, and why that is short. */
const SHORT: Readonly<Record<string, string>> = {
  tenant_connections: "One row or two a tenant.",
  audit_outbox: "Events that are delivered within a minute.",
  portfolio_schedules: "At most twenty a person, and those that were removed.",
  t: "Tenants whose rules listen to a kind of news, which an index has.",
  d: "The same, with the days of their rules.",
  news_listeners: "Rules of persons over tenants, of which each person has some.",
  l: "The same.",
  h: "Tenants that listen, as a query within has found them.",
};

/** Tables that one of the sweep's parts asks for, so that none of them is missing here. */
const ASKED = [
  "operation_runs",
  "idempotency_keys",
  "approval_requests",
  "cancel_intents",
  "audit_events",
  "retention_turns",
  "offboardings",
  "review_packs",
  "tenant_exports",
  "released_payloads",
  "restore_plans",
  "baseline_findings",
  "baseline_comparisons",
  "news_rules",
  "news_events",
  "news_tellings",
  "news_messages",
  "news_channels",
];

/** A list in JSON is a virtual table to SQLite: it is as long as the row that has it. */
function scansOf(plans: Awaited<ReturnType<typeof queryPlans>>): { line: string; sql: string }[] {
  return plans.flatMap(({ sql, plan }) =>
    plan
      .split("; ")
      .filter((line) => /^SCAN (?!.*USING (COVERING )?INDEX)(?!CONSTANT|\()(?!.* VIRTUAL TABLE )/.test(line))
      .filter((line) => !Object.keys(SHORT).some((table) => line === `SCAN ${table}`))
      .map((line) => ({ line, sql })),
  );
}

describe("the cron sweep", () => {
  it("finds all that it looks for by an index, however much there is beside it", async () => {
    const plans = await queryPlans(env.DATABASE, (database) =>
      sweep({ ...env, SHARDS: new Map([[FIRST_SHARD, database]]) }, Date.now()),
    );
    const text = plans.map(({ sql }) => sql).join("\n");
    expect(ASKED.filter((table) => !text.includes(table))).toEqual([]);
    expect(scansOf(plans)).toEqual([]);
  });

  it("finds by an index what is due over tenants, and what is old of it", async () => {
    const plans = await queryPlans(env.CONTROL, async (control) => {
      await runPortfolioSchedules({ ...env, CONTROL: control }, Date.now());
      await removeOldOccurrences(control, 0, 50);
    });
    const text = plans.map(({ sql }) => sql).join("\n");
    const asked = ["portfolio_schedules", "portfolio_occurrences", "portfolio_schedule_runs", "portfolio_notices"];
    expect(asked.filter((table) => !text.includes(table))).toEqual([]);
    expect(scansOf(plans)).toEqual([]);
  });
});
