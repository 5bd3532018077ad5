/** What describes an export's files to a person who knows nothing of the product: a page, a manifest, checksums. */
import type { ExportSpecification } from "../../database/exports/tenant-exports.ts";
import { EXPORT_SOURCES } from "../../database/exports/export-rows.ts";
import { nameOf, TENANT_TABLES } from "../../database/exports/tenant-tables.ts";
import type { StoredSegment } from "../../database/review-packs/review-pack-staging.ts";
import type { SegmentEntries } from "../../database/review-packs/tables.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { piecesOf } from "../archive-making/assembly.ts";

export const EXPORT_FORMAT = "tenantatlas.export/1";

/** Behind all other files, in this order. */
export const DESCRIBING = ["README.md", "manifest.json", "SHA256SUMS"] as const;

/** What was written, in the archive's order. */
export type ExportedFiles = readonly NonNullable<SegmentEntries["written"]>[number][];

/** The files that the archive takes from its segments: of a file that was written twice, the one that is taken. */
export function filesOf(segments: readonly StoredSegment[], total: number): ExportedFiles {
  const written = new Map(segments.map((segment) => [segment.objectKey, segment.written ?? []]));
  const files = piecesOf(segments, 0, total).flatMap(({ objectKey, positions }) =>
    positions.map((position) => written.get(objectKey)?.[position]),
  );
  return files.map((file) => {
    if (file === undefined) throw new Error("a segment says what is written in it");
    return file;
  });
}

/** The text of a describing file, in chunks. A function of the export and its files alone. */
export async function* describe(
  path: (typeof DESCRIBING)[number],
  made: ExportSpecification,
  files: ExportedFiles,
): AsyncGenerator<string> {
  switch (path) {
    case "README.md":
      yield readme(made, files);
      break;
    case "manifest.json":
      yield* manifest(made, files);
      break;
    case "SHA256SUMS": {
      // Paths are ours: they hold no line break and no backslash, which would need escaping.
      for (const file of files) yield `${file.sha256}  ${file.path}\n`;
      yield `${await sha256Hex(readme(made, files))}  README.md\n`;
      yield `${await sha256Hex([...manifest(made, files)].join(""))}  manifest.json\n`;
    }
  }
}

function* manifest(made: ExportSpecification, files: ExportedFiles): Generator<string> {
  const head = {
    format: EXPORT_FORMAT,
    tenant: { id: made.tenantId, slug: made.tenantSlug, name: made.tenantName },
    export: made.id,
    operation: made.runId,
    startedAt: new Date(made.createdAt).toISOString(),
    auditHead: { seq: made.auditSeq, hash: made.auditHash },
    rows: rowsByTable(files),
    leftOut: Object.fromEntries(
      TENANT_TABLES.flatMap((entry) => ("leftOut" in entry.exported ? [[nameOf(entry), entry.exported.leftOut]] : [])),
    ),
    columnsLeftOut: Object.fromEntries(
      TENANT_TABLES.flatMap((entry) =>
        "without" in entry.exported && entry.exported.without.length > 0
          ? [[nameOf(entry), entry.exported.without]]
          : [],
      ),
    ),
  };
  const members = Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  yield `{${members.join(",\n")},\n"files":[`;
  let separator = "\n";
  for (const file of files) {
    yield separator + JSON.stringify(file);
    separator = ",\n";
  }
  yield "\n]}\n";
}

/** Rows of each table in the export, the audit log's under `audit_events`. Tables without rows stand there with 0. */
function rowsByTable(files: ExportedFiles): Record<string, number> {
  const rows = new Map([...EXPORT_SOURCES.map(({ name }) => name), "audit_events"].map((name) => [name, 0]));
  for (const { path, rows: count = 0 } of files) {
    const [folder, name = ""] = path.split("/");
    const table = folder === "audit-log" ? "audit_events" : name;
    if (rows.has(table)) rows.set(table, (rows.get(table) ?? 0) + count);
  }
  return Object.fromEntries([...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function readme(made: ExportSpecification, files: ExportedFiles): string {
  const rows = rowsByTable(files);
  const exceptions = files.filter(({ exception }) => exception !== undefined);
  const table = Object.entries(rows).map(([name, count]) => `| ${name} | ${count} |`);
  return `# Everything of a tenant

This archive holds everything that TenantAtlas kept of one Microsoft 365 tenant. It was begun on ${new Date(made.createdAt).toISOString()}.
The tenant's name, its id and the id of this export are in \`manifest.json\`.

## Check that it is whole

\`\`\`sh
sha256sum -c SHA256SUMS
\`\`\`

\`manifest.json\` lists each file with its bytes, its SHA-256 and, where a file holds rows, how many they are.

## What is in it

| folder | what |
|---|---|
| \`tables/<table>/\` | the rows of a table, one JSON object a line (\`jq . tables/policies/*.jsonl\`) |
| \`audit-log/\` | who did what, with a chain of hashes over it. In the product's source: \`npm run verify-audit -- <file>\`; several files in their order make one log |
| \`contents/payloads/\` | the documents of policies as Microsoft Graph told them. Each is named by the SHA-256 of its bytes: \`content_hash\` in the tables |
| \`contents/normal-forms/\` | the same documents without what means nothing, which comparisons use: \`normal_hash\` |
| \`contents/differences/\` | what findings say has changed: \`detail_hash\` |
| \`contents/restore-plans/\` | what each item of a restore plan would have done: \`detail_hash\` |

Rows are as they were stored. Times are milliseconds since 1970-01-01 UTC. A column that holds JSON has it as text (in jq: \`fromjson\`). An id of a person
(\`user_id\`, \`actor_id\`, \`created_by\`, …) is one of \`tables/people\`.

- **A policy and its versions**: \`tables/policies\` and \`tables/policy_versions\` by \`family\` and \`graph_id\`; the document of a version is
  \`contents/payloads/<content_hash>.json\`.
  A policy was last seen at \`last_seen_at\`; where that is null, with its family: \`last_complete_at\` in \`tables/inventory_families\`.
- **Backups**: \`tables/backup_sets\`, and \`tables/backup_set_items\` by \`backup_set_id\`.
- **Baselines and drift**: \`tables/baselines\`, \`baseline_policies\`, \`baseline_findings\`, and decisions in \`finding_events\`.
- **Evidence**: \`tables/evidence_snapshots\` with the Merkle root, and \`evidence_items\`; the SHA-256 of \`document\` is \`item_hash\`.
- **Review packs**: \`tables/review_packs\` has the SHA-256 of each archive. The archives are downloaded from the product, one by one.
- **Restores**: \`tables/restore_plans\`, \`restore_plan_items\`, \`restore_results\`, and each write that was tried in \`restore_journal\`.

The tenant was in use while the export was made: each file is true of the moment in which it was written.

## What is not in it

No secret, no token and no session: connections are here without their credentials, invitations and API tokens without what lets a person in, and
values that Microsoft Graph encrypts without those values. \`leftOut\` and \`columnsLeftOut\` in \`manifest.json\` name all that is left out.
${exceptions.length === 0 ? "" : `\n${exceptions.length} contents are not what they should be: the manifest names them with an \`exception\`.\n`}
## How many rows

| table | rows |
|---|---|
${table.join("\n")}
`;
}
