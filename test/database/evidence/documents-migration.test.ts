import { expect, it } from "vitest";
import { beforeMigration } from "../../support/all-tables.ts";

it("takes items along: hashes become bytes, documents stay in their rows, and what they pin of the audit log is kept", () => {
  const { database, migrate } = beforeMigration("evidence-documents-in-r2");
  const insert = database.prepare(
    `insert into evidence_items (snapshot_id, key, tenant_id, kind, family, title, exception_code, exception_message, content_hash,
            content_bytes, item_hash, item_bytes, document) values ('s', ?, 't', ?, ?, 'Title', ?, ?, ?, ?, ?, 9, ?)`,
  );
  const pinning = JSON.stringify({ facts: { auditLog: { place: 7, hash: "h" } } });
  insert.run("operations", "operations", null, null, null, null, null, "ab".repeat(32), pinning);
  insert.run("policy/apps/x", "policy", "apps", "unassigned", "Why", "cd".repeat(32), 5, "ef".repeat(32), '{"a":"ü"}');

  migrate();

  const rows = database
    .prepare(
      "select *, lower(hex(item_hash)) as item_hash, lower(hex(content_hash)) as content_hash from evidence_items order by key",
    )
    .all();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    {
      snapshot_id: "s",
      key: "operations",
      title: "Title",
      exception_code: null,
      exception_message: null,
      content_hash: "",
      content_bytes: null,
      item_hash: "ab".repeat(32),
      item_bytes: 9,
      segment: null,
      document: pinning,
      audit_place: 7,
    },
    {
      snapshot_id: "s",
      key: "policy/apps/x",
      title: "Title",
      exception_code: "unassigned",
      exception_message: "Why",
      content_hash: "cd".repeat(32),
      content_bytes: 5,
      item_hash: "ef".repeat(32),
      item_bytes: 9,
      segment: null,
      document: '{"a":"ü"}',
      audit_place: null,
    },
  ]);
});
