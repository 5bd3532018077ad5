/**
 * The repository's own lint rules, for oxlint's JavaScript plugins (`.oxlintrc.json`): one file a rule, each shown to bite in
 * `test/scripts/lint.test.ts`. What they hold up is written in docs/ui/enterprise-ui-standards.md.
 */
import { completion } from "./rules/completion.ts";
import { consoleAddresses } from "./rules/console-addresses.ts";
import { consoleRenders } from "./rules/console-renders.ts";
import { importDirection } from "./rules/import-direction.ts";
import { noBarrels } from "./rules/no-barrels.ts";
import { noProgressArithmetic } from "./rules/no-progress-arithmetic.ts";
import { noShownPercentage } from "./rules/no-shown-percentage.ts";
import { objectCalls } from "./rules/object-calls.ts";
import { progressMode } from "./rules/progress-mode.ts";
import { readsCommandNothing } from "./rules/reads-command-nothing.ts";
import { sqlInDatabase } from "./rules/sql-in-database.ts";
import { summaryCounts } from "./rules/summary-counts.ts";
import { unknownIsNotZero } from "./rules/unknown-is-not-zero.ts";

export default {
  meta: { name: "tenantatlas" },
  rules: {
    completion,
    "console-addresses": consoleAddresses,
    "console-renders": consoleRenders,
    "import-direction": importDirection,
    "no-barrels": noBarrels,
    "no-progress-arithmetic": noProgressArithmetic,
    "no-shown-percentage": noShownPercentage,
    "object-calls": objectCalls,
    "progress-mode": progressMode,
    "reads-command-nothing": readsCommandNothing,
    "sql-in-database": sqlInDatabase,
    "summary-counts": summaryCounts,
    "unknown-is-not-zero": unknownIsNotZero,
  },
};
