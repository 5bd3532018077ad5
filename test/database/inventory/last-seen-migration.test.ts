import { expect, it } from "vitest";
import { beforeMigration } from "../../support/all-tables.ts";

it("takes what was stored along: policies of the newest complete reading are told of by their family, the others by themselves", () => {
  const { database, migrate } = beforeMigration("last-seen-by-family");
  const family = database.prepare(
    `insert into inventory_families (tenant_id, family, policy_count, last_complete_at, last_attempt_at, last_outcome, last_run_id)
     values ('t', ?, 1, ?, 300, 'failed', 'run-failed')`,
  );
  family.run("apps", 200);
  family.run("never", null);
  const policy = database.prepare(
    `insert into policies (tenant_id, family, graph_id, name, sort_name, version_number, content_hash, content_bytes, comparable_hash,
            changed_run_id, last_modified_at, first_seen_at, appeared_run_id, last_seen_at, last_seen_run_id, last_request_id, removed_at)
     values ('t', ?, ?, 'Name', 'name', 1, 'content', 2, 'comparable', 'run-1', '', 100, 'run-1', ?, ?, ?, ?)`,
  );
  policy.run("apps", "seen", 200, "run-2", "request-2", null);
  policy.run("apps", "seen with it", 200, "run-2", "request-2", null);
  policy.run("apps", "seen apart", 200, "run-2", "request-3", null);
  policy.run("apps", "unnoted", 200, "run-2", null, null);
  policy.run("apps", "unread", 100, "run-1", "request-1", null);
  policy.run("apps", "gone", 100, "run-1", "request-1", 200);
  const before = database.prepare("select * from policies order by graph_id").all();

  migrate();

  const after = database.prepare("select * from policies order by graph_id").all();
  const own = ["last_seen_at", "last_seen_run_id", "last_request_id"];
  const without = (row: object) => Object.fromEntries(Object.entries(row).filter(([column]) => !own.includes(column)));
  expect(after.map(without)).toEqual(before.map(without));
  expect(after.map((row) => [row["graph_id"], ...own.map((column) => row[column])])).toEqual([
    ["gone", 100, "run-1", "request-1"],
    ["seen", null, null, null],
    ["seen apart", null, null, null],
    ["seen with it", null, null, null],
    ["unnoted", null, null, null],
    ["unread", 100, "run-1", "request-1"],
  ]);
  const families = database
    .prepare(
      "select family, last_complete_at, last_complete_run_id, request_ids from inventory_families order by family",
    )
    .all();
  expect(families.map((row) => ({ ...row, request_ids: JSON.parse(String(row["request_ids"])) }))).toEqual([
    {
      family: "apps",
      last_complete_at: 200,
      last_complete_run_id: "run-2",
      request_ids: { "request-2": ["seen", "seen with it"], "request-3": ["seen apart"] },
    },
    { family: "never", last_complete_at: null, last_complete_run_id: null, request_ids: null },
  ]);
});
