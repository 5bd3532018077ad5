/** The exceptions in `index.html`: the most urgent kind first, each with its number, so that many of one kind bury no other. */
import { type Markup, markup } from "../../archives/markup.ts";
import type { EvidenceKind } from "../../contract/evidence.ts";
import { familyByKey } from "../../graph/families.ts";
import type { EvidenceDocument } from "./evidence-documents.ts";
import { grouped } from "./index-numbers.ts";

/** Rows of each kind that the page spells out. */
const MAX_ROWS_A_KIND = 100;

/** Codes in words, the most urgent first. One that is not known here comes last, under its code. */
const KINDS: Readonly<Record<string, string>> = {
  permission_missing: "Permission missing",
  never_read: "Never read",
  last_reading_failed: "Last reading failed",
  stale: "Not read for days",
  severe_findings: "Severe drift findings",
  open_findings: "Open drift findings",
  without_backup: "Without backup",
  operations_failed: "Failed operations",
  not_enforced: "Not enforced",
  unassigned: "Not assigned",
};
const ORDER = Object.keys(KINDS);

const PLACES: Readonly<Record<EvidenceKind, string>> = {
  policy: "Policy",
  family: "Policy family",
  membership: "TenantAtlas",
  roles: "TenantAtlas",
  operations: "TenantAtlas",
  "backup-coverage": "Backups",
  "drift-findings": "Baselines",
};

interface Kind {
  code: string;
  count: number;
  rows: Markup[];
}

/** In memory: the rows that are shown. */
export async function exceptionsSection(documents: AsyncIterable<EvidenceDocument>): Promise<Markup> {
  const byCode = new Map<string, Kind>();
  for await (const document of documents) {
    if (document.exception === null) continue;
    const { code } = document.exception;
    const kind = byCode.get(code) ?? { code, count: 0, rows: [] };
    byCode.set(code, kind);
    kind.count += 1;
    if (kind.rows.length < MAX_ROWS_A_KIND) kind.rows.push(row(document, document.exception.message));
  }
  const kinds = [...byCode.values()].sort((a, b) => rank(a.code) - rank(b.code) || (a.code < b.code ? -1 : 1));
  if (kinds.length === 0) {
    return markup`<section aria-labelledby="exceptions"><h2 id="exceptions">Exceptions</h2><p class="good">None. Every family was read completely and lately, and no policy stands out.</p></section>
`;
  }
  return markup`<section aria-labelledby="exceptions"><h2 id="exceptions">Exceptions</h2><p>What to look at first, the most urgent kind on top.</p>
${kinds.map(kindTable)}</section>
`;
}

function kindTable({ code, count, rows }: Kind): Markup {
  const label = KINDS[code] ?? code;
  const more = count - rows.length;
  const rest =
    more === 0
      ? null
      : markup`<p>And ${grouped(more)} more: see the exception columns of <a href="inventory.csv">inventory.csv</a>.</p>`;
  return markup`<details open><summary><h3>${label}</h3> <span>${grouped(count)}</span> <code>${code}</code></summary>
<div class="scroll" role="region" tabindex="0" aria-label="${label}, table"><table><thead><tr><th scope="col">What</th><th scope="col">Where</th><th scope="col">Why</th></tr></thead><tbody>
${rows}</tbody></table></div>${rest}</details>
`;
}

function row({ kind, title, facts }: EvidenceDocument, message: string): Markup {
  const family = facts["family"];
  const where = typeof family === "string" && kind === "policy" ? (familyByKey(family)?.label ?? family) : PLACES[kind];
  return markup`<tr><td>${title}</td><td>${where}</td><td>${message}</td></tr>
`;
}

function rank(code: string): number {
  const at = ORDER.indexOf(code);
  return at === -1 ? ORDER.length : at;
}
