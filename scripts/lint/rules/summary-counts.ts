/** One list of summary keys, one normalizer, and no other code that writes counts (docs/design/progress.md, section 3). */
import { OUTCOME_COUNTER_KEYS, SUMMARY_KEYS } from "../../../src/contract/summary-counts.ts";
import {
  asNode,
  asNodes,
  type Context,
  isSql,
  keyOf,
  nameOf,
  type Node,
  onTexts,
  pathInSource,
  type Rule,
  stringOf,
  typeOf,
  valueOf,
} from "../syntax.ts";

const HOME = "contract/summary-counts.ts";
/** The only file that writes the row of a run. */
const ROW_WRITER = "database/runs/run-writing.ts";
const KEY_LISTS: Record<string, readonly string[]> = {
  counters: OUTCOME_COUNTER_KEYS,
  summaryCounts: SUMMARY_KEYS,
  summary_counts: SUMMARY_KEYS,
};
const LIST_NAME = /^(allowed_?|known_?)?(summary_?(counts?_?)?|counts?_?|counter_?)keys$/i;
const NORMALIZER_NAME = /^(normali[sz]e|sanitize|clean|whitelist)\w*(summary|counts)\w*$/i;
const ROW_WRITE = /\b(update|insert(\s+or\s+\w+)?\s+into|replace\s+into|delete\s+from)\s+["`]?operation_runs\b/i;
/** `summary_counts = ?7` and nothing else. */
const COUNTS_WRITE =
  /\bsummary_counts["`]?\s*=(?!\s*\?)|\bjson_(set|insert|replace|patch|remove|object)\s*\(\s*[^)]*summary_counts/i;
const BOUND_COUNTS_WRITE = /\bsummary_counts["`]?\s*=\s*\?/i;

export const summaryCounts: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null || file === HOME) return {};
    let boundWrite: Node | null = null;
    let normalizes = false;
    const report = (node: Node, message: string): void => context.report({ node, message });
    const checkName = (node: Node): void => {
      const name = nameOf(asNode(node["id"])) ?? "";
      if (LIST_NAME.test(name)) report(node, `The only list of summary keys is SUMMARY_KEYS in ${HOME}.`);
      if (NORMALIZER_NAME.test(name)) report(node, `The only normalizer is normalizeSummaryCounts in ${HOME}.`);
    };
    return {
      VariableDeclarator: checkName,
      FunctionDeclaration: checkName,
      Property(node) {
        const allowed = KEY_LISTS[keyOf(node) ?? ""];
        if (allowed === undefined || typeOf(asNode(node["parent"])) !== "ObjectExpression") return;
        for (const key of keysOf(context, asNode(node["value"]))) {
          if (!allowed.includes(key)) report(node, `"${key}" is no key that a count may have: see ${HOME}.`);
        }
      },
      ArrayExpression(node) {
        if (isSecondList(asNodes(node["elements"]).map(stringOf))) {
          report(node, `A second list of summary keys: take SUMMARY_KEYS of ${HOME}.`);
        }
      },
      TSUnionType(node) {
        const literals = asNodes(node["types"]).map((type) => stringOf(asNode(type["literal"])));
        if (isSecondList(literals)) report(node, `A second list of summary keys: take SummaryKey of ${HOME}.`);
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        if (nameOf(callee) === "normalizeSummaryCounts") normalizes = true;
        const method = nameOf(asNode(callee?.["property"]));
        const table = nameOf(asNodes(node["arguments"])[0] ?? null);
        if (table !== "operationRuns" || file === ROW_WRITER) return;
        if (method === "update" || method === "insert" || method === "delete") report(node, WRITTEN_ELSEWHERE);
      },
      ...onTexts((text, node) => {
        if (!isSql(text)) return;
        if (ROW_WRITE.test(text) && file !== ROW_WRITER) report(node, WRITTEN_ELSEWHERE);
        if (COUNTS_WRITE.test(text))
          report(node, "summary_counts is written whole, as the normalizer's answer, by a bound value.");
        if (BOUND_COUNTS_WRITE.test(text)) boundWrite = node;
      }),
      "Program:exit"() {
        if (boundWrite !== null && !normalizes)
          report(boundWrite, "What is written to summary_counts goes through normalizeSummaryCounts.");
      },
    };
  },
};

const WRITTEN_ELSEWHERE = `Only ${ROW_WRITER} writes a run's row.`;

/** The keys that an object certainly has: of a literal, of what it spreads, of the names behind it, of either side of a choice. */
function keysOf(context: Context, node: Node | null): string[] {
  const value = valueOf(context, node);
  switch (typeOf(value)) {
    case "ObjectExpression":
      return asNodes(value?.["properties"]).flatMap((property) => {
        if (typeOf(property) === "SpreadElement") return keysOf(context, asNode(property["argument"]));
        const key = keyOf(property);
        return key === null ? [] : [key];
      });
    case "ConditionalExpression":
      return [...keysOf(context, asNode(value?.["consequent"])), ...keysOf(context, asNode(value?.["alternate"]))];
    case "LogicalExpression":
      return [...keysOf(context, asNode(value?.["left"])), ...keysOf(context, asNode(value?.["right"]))];
    case "CallExpression": {
      // JSON.stringify({ … }) and z.object({ … }) say the keys as well.
      const [first] = asNodes(value?.["arguments"]);
      return first === undefined ? [] : keysOf(context, first);
    }
    default:
      return [];
  }
}

/** An array that holds "processed" and an outcome counter is a second copy of the key list. */
function isSecondList(texts: (string | null)[]): boolean {
  return texts.includes("processed") && OUTCOME_COUNTER_KEYS.some((key) => texts.includes(key));
}
