/**
 * `index.html`: what an auditor opens first. Self-contained, without scripts, prints well. Exceptions first, then coverage, then
 * the policies by family. Everything that came from a tenant goes through `markup`.
 */
import { Markup, markup } from "../../archives/markup.ts";
import { foldName } from "../../database/inventory/policies.ts";
import type { PackSpecification } from "../../database/review-packs/review-packs.ts";
import { familyByKey } from "../../graph/families.ts";
import {
  coverageFactsSchema,
  evidenceDocuments,
  familyFactsSchema,
  findingsFactsSchema,
  operationsFactsSchema,
  policyFactsSchema,
  topicFacts,
  type EvidenceStore,
} from "./evidence-documents.ts";
import { exceptionsSection } from "./index-exceptions.ts";
import { grouped } from "./index-numbers.ts";
import { INDEX_STYLE } from "./index-style.ts";
import { snapshotOf } from "./manifest.ts";
import { type PackFile, packFiles } from "./pack-files.ts";

/** Rows that the page spells out; the rest is in the tables beside it, and the page says so. */
const MAX_FINDINGS = 500;
const MAX_POLICIES_A_FAMILY = 200;

type Family = ReturnType<typeof familyFactsSchema.parse>;

/** The page in chunks: head and summary, then a section a family. */
export async function* indexPage(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  const snapshot = await snapshotOf(store.DATABASE, pack);
  const families = await readFamilies(store, pack);
  yield page(pack, snapshot.takenAt);
  yield (
    await summary(store, pack, {
      takenAt: snapshot.takenAt,
      merkleRoot: snapshot.merkleRoot ?? "",
      items: snapshot.itemCount ?? 0,
      exceptions: snapshot.exceptionCount ?? 0,
      families,
    })
  ).text;
  yield (await exceptionsSection(evidenceDocuments(store, pack))).text;
  yield coverage(families).text;
  yield* policySections(store, pack);
  yield (await records(store, pack)).text;
  yield verification(pack).text;
  yield "</main></body></html>\n";
}

function page(pack: PackSpecification, takenAt: string): string {
  const title = `Review pack of ${pack.tenantName}, ${day(takenAt)}`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${new Markup(INDEX_STYLE)}</style></head><body><main>
<header><p class="eyebrow">TenantAtlas review pack</p><h1>${pack.tenantName}</h1>
<p class="lead">Configuration as recorded on <time datetime="${takenAt}">${moment(takenAt)}</time>.</p></header>
`.text;
}

interface Summary {
  takenAt: string;
  merkleRoot: string;
  items: number;
  exceptions: number;
  families: Family[];
}

async function summary(store: EvidenceStore, pack: PackSpecification, facts: Summary): Promise<Markup> {
  const policies = facts.families.reduce((sum, { policyCount }) => sum + policyCount, 0);
  const complete = facts.families.filter((family) => family.complete).length;
  const backup = await topicFacts(store, pack, "backup-coverage", coverageFactsSchema);
  const findings = await topicFacts(store, pack, "drift-findings", findingsFactsSchema);
  return markup`<section aria-labelledby="summary"><h2 id="summary">Summary</h2><dl class="facts">
<div><dt>Exceptions</dt><dd class="${facts.exceptions > 0 ? "bad" : "good"}">${grouped(facts.exceptions)}</dd></div>
<div><dt>Policies</dt><dd>${grouped(policies)}</dd></div>
<div><dt>Families read completely</dt><dd>${complete} <small>out of ${facts.families.length} that were tried</small></dd></div>
<div><dt>Policies in a backup</dt><dd>${grouped(backup?.covered ?? 0)}</dd></div>
<div><dt>Open drift findings</dt><dd>${grouped(findings?.counts["open"] ?? 0)}</dd></div>
<div><dt>Evidence items</dt><dd>${grouped(facts.items)}</dd></div>
</dl><p class="root"><b>Merkle root</b> <code>${facts.merkleRoot}</code></p></section>
`;
}

function coverage(families: readonly Family[]): Markup {
  const rows = families.map(
    (family) => markup`<tr><td>${family.label}</td><td class="number">${grouped(family.policyCount)}</td>
<td>${family.complete ? "Complete" : family.lastCompleteAt === null ? markup`<b class="bad">Never read</b>` : markup`<b class="bad">Last reading failed</b>`}</td>
<td>${family.lastCompleteAt === null ? "–" : moment(family.lastCompleteAt)}</td><td>${family.lastReason?.message ?? ""}</td></tr>
`,
  );
  return markup`<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2>
<p>Which policy families were read, and when. A family that could not be read says nothing about its policies.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Coverage, table"><table><thead><tr><th scope="col">Family</th><th scope="col" class="number">Policies</th><th scope="col">Reading</th><th scope="col">Last complete</th><th scope="col">Reason</th></tr></thead><tbody>
${rows}</tbody></table></div></section>
`;
}

/** A section a family, its policies by name. In memory: one family's names and rows. */
async function* policySections(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  yield markup`<section aria-labelledby="policies"><h2 id="policies">Policies</h2><p>The whole list is in <a href="inventory.csv">inventory.csv</a>.</p>
`.text;
  const paths = policyPaths(store, pack);
  let family: string | null = null;
  let rows: NamedRow[] = [];
  for await (const { key, facts, exception } of evidenceDocuments(store, pack, "policy/")) {
    const policy = policyFactsSchema.parse(facts);
    const path = await paths(key);
    if (policy.family !== family) {
      if (family !== null) yield policySection(family, rows).text;
      [family, rows] = [policy.family, []];
    }
    const name = path === null ? markup`${policy.name}` : markup`<a href="${addressOf(path)}">${policy.name}</a>`;
    const row = markup`<tr><td>${name}${exception === null ? null : markup` <b class="bad">${exception.code}</b>`}</td><td>${policy.platform ?? "–"}</td>
<td class="number">${policy.assignmentCount ?? "–"}</td><td class="number">${policy.version}</td><td>${moment(policy.lastSeenAt)}</td></tr>
`;
    rows.push({ name: foldName(policy.name), row });
  }
  if (family !== null) yield policySection(family, rows).text;
  yield "</section>\n";
}

interface NamedRow {
  name: string;
  row: Markup;
}

function policySection(family: string, policies: readonly NamedRow[]): Markup {
  // Stable: policies of one name stay in the order of their ids.
  const byName = policies.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const rows = byName.slice(0, MAX_POLICIES_A_FAMILY).map(({ row }) => row);
  const more = policies.length - rows.length;
  const rest = more === 0 ? null : markup`<p>And ${grouped(more)} more in inventory.csv.</p>`;
  return markup`<details open><summary><h3>${labelOf(family)}</h3> <span>${grouped(policies.length)}</span></summary>
<div class="scroll" role="region" tabindex="0" aria-label="${labelOf(family)}, table"><table><thead><tr><th scope="col">Name</th><th scope="col">Platform</th><th scope="col" class="number">Assignments</th><th scope="col" class="number">Version</th><th scope="col">Last seen</th></tr></thead><tbody>
${rows}</tbody></table></div>${rest}</details>
`;
}

/** Paths of policies' files by their items' keys, asked for in order; null when the pack does not hold them. */
function policyPaths(store: EvidenceStore, pack: PackSpecification): (key: string) => Promise<string | null> {
  if (!pack.include.rawPolicies) return () => Promise.resolve(null);
  const files = packFiles(store.DATABASE, pack);
  return async (key) => {
    for (;;) {
      const next = await files.next();
      if (next.done === true) return null;
      const file: PackFile = next.value;
      if (file.kind === "policy" && file.itemKey === key) return file.path;
    }
  };
}

async function records(store: EvidenceStore, pack: PackSpecification): Promise<Markup> {
  const { operations: withOperations, findings: withFindings } = pack.include;
  const operations = withOperations ? await topicFacts(store, pack, "operations", operationsFactsSchema) : null;
  const findings = withFindings ? await topicFacts(store, pack, "drift-findings", findingsFactsSchema) : null;
  const operationRows = (operations?.counts ?? []).map(
    ({
      type,
      outcome,
      runs,
    }) => markup`<tr><td>${type}</td><td>${outcome.replaceAll("_", " ")}</td><td class="number">${grouped(runs)}</td></tr>
`,
  );
  const findingRows = (findings?.findings ?? []).slice(0, MAX_FINDINGS).map(
    (
      finding,
    ) => markup`<tr><td>${finding.name}</td><td>${finding.kind}</td><td>${finding.severity}</td><td>${finding.status}</td><td>${finding.baseline}</td></tr>
`,
  );
  const operationSection =
    operations === null
      ? null
      : markup`<section aria-labelledby="operations"><h2 id="operations">Operations</h2><p>From ${day(operations.from)} to ${day(operations.until)}, ${grouped(operations.count)} in all: <a href="operations.csv">operations.csv</a>.</p>
${
  operations.count === 0
    ? null
    : markup`<div class="scroll" role="region" tabindex="0" aria-label="Operations, table"><table><thead><tr><th scope="col">Operation</th><th scope="col">Outcome</th><th scope="col" class="number">Runs</th></tr></thead><tbody>
${operationRows}</tbody></table></div>`
}</section>
`;
  const findingSection =
    findings === null
      ? null
      : markup`<section aria-labelledby="findings"><h2 id="findings">Drift findings</h2><p>${findings.listed === 0 ? "None is open or accepted." : markup`Open and accepted ones: <a href="findings.csv">findings.csv</a>.`}</p>
${
  findings.listed === 0
    ? null
    : markup`<div class="scroll" role="region" tabindex="0" aria-label="Drift findings, table"><table><thead><tr><th scope="col">Policy</th><th scope="col">Kind</th><th scope="col">Severity</th><th scope="col">Status</th><th scope="col">Baseline</th></tr></thead><tbody>
${findingRows}</tbody></table></div>`
}</section>
`;
  return markup`${operationSection}${findingSection}`;
}

function verification(pack: PackSpecification): Markup {
  const evidence = pack.include.evidence
    ? markup`<li>The evidence: the Merkle root above is over the files in <code>evidence/</code>. Each file's SHA-256, sorted by the <code>key</code> in it; a leaf is SHA-256(0x00 ‖ hash), a node SHA-256(0x01 ‖ left ‖ right), split at the largest power of two (RFC 6962). Compare it with the root that was written down when the snapshot was taken.</li>`
    : null;
  return markup`<section aria-labelledby="verify"><h2 id="verify">How to verify this pack</h2><ol>
<li>Every file: <code>sha256sum -c manifest.sha256</code> in the extracted folder.</li>
<li>Where each file comes from: <code>manifest.json</code> names the operation that read it, Microsoft Graph's request id and the time.</li>
${evidence}</ol></section>
`;
}

async function readFamilies(store: EvidenceStore, pack: PackSpecification): Promise<Family[]> {
  const families: Family[] = [];
  for await (const { facts } of evidenceDocuments(store, pack, "family/")) {
    families.push(familyFactsSchema.parse(facts));
  }
  return families.sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** A path as a relative address. */
function addressOf(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function labelOf(family: string): string {
  return familyByKey(family)?.label ?? family;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

/** `2026-11-24 12:34 UTC`: the same for every reader, and in every run. */
function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
