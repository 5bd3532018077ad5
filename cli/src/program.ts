/** The commands, as people type them: what each takes, and which function does it. */
import { createRequire } from "node:module";
import tab from "@bomb.sh/tab/commander";
import { Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { FINDING_STATUSES, SEVERITIES } from "../../src/contract/baselines.ts";
import { OPERATION_TYPES } from "../../src/contract/operation-types.ts";
import { CONDITIONAL_ACCESS_STATES, RESTORE_MODES } from "../../src/contract/restore.ts";
import { login, type LoginOptions, logout, whoami } from "./commands/account.ts";
import { exportAudit, type ExportOptions, verifyAudit } from "./commands/audit.ts";
import { type BackupOptions, listBackups, makeBackup, showBackup } from "./commands/backups.ts";
import {
  captureBaseline,
  type CaptureOptions,
  compare,
  type FindingOptions,
  findings,
  listBaselines,
} from "./commands/comparisons.ts";
import {
  downloadPack,
  type DownloadOptions,
  listEvidence,
  listPacks,
  makePack,
  type PackOptions,
  takeEvidence,
  verifyEvidence,
  verifyPack,
} from "./commands/evidence.ts";
import { pull, type PullOptions } from "./commands/pull.ts";
import {
  approvePlan,
  type ApproveOptions,
  previewRestore,
  type PreviewOptions,
  reviewPlan,
  type ReviewOptions,
} from "./commands/restore.ts";
import {
  changeRun,
  listRuns,
  type ListRunsOptions,
  retryRun,
  type RetryOptions,
  type RunAct,
  showRun,
  type ShowRunOptions,
  sync,
  type SyncOptions,
  watchRun,
} from "./commands/runs.ts";
import { listSchedules, showSchedule } from "./commands/schedules.ts";
import { tenants } from "./commands/tenants.ts";
import { type CommonOptions, Context, type Result } from "./context.ts";
import { EXIT, type ExitCode, exitTable } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import type { WaitOptions } from "./runs/run-result.ts";

const { version } = z.object({ version: z.string() }).parse(createRequire(import.meta.url)("../package.json"));

/** Rows of a list where `--limit` says nothing. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;

interface OfTenant {
  tenant?: string;
}

export interface Program {
  command: Command;
  /** What the command that was typed came to; null before it has ended, and where help was all that was asked for. */
  result: () => Result | null;
}

/** @throws CommanderError from `command.parseAsync` for what is no command */
export function makeProgram(terminal: Terminal): Program {
  let result: Result | null = null;
  const program = new Command("tenantatlas");

  const settings = (command: Command): Command =>
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        writeErr: (text) => terminal.tell(text.trimEnd()),
      })
      .showHelpAfterError("(--help tells what there is)");

  /** A command of the program or of a group. */
  const add = (parent: Command, name: string, summary: string): Command =>
    settings(parent.command(name)).description(summary);
  const group = (name: string, summary: string): Command => add(program, name, summary);

  /** Has a command do its work. Which arguments and options it is given is what the command has declared, which commander does not type. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- They are said where a command is declared.
  const does = <Parameters extends readonly unknown[], Options extends object>(
    command: Command,
    work: (context: Context, options: Options, ...parameters: Parameters) => Result | Promise<Result>,
  ): void => {
    command.action(async (...given: unknown[]) => {
      // Commander gives the arguments, then the options, then the command.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The command has declared them.
      const parameters = given.slice(0, -2) as unknown as Parameters;
      const options = command.optsWithGlobals<Options & CommonOptions>();
      result = await work(new Context(terminal, options), options, ...parameters);
    });
  };

  settings(program)
    .description("Starts operations in Microsoft 365 and Intune tenants, and tells how far they are.")
    .version(version)
    .option("--url <address>", "the server; TENANTATLAS_URL, or the one that was signed in to last")
    .option("--json", "one JSON document instead of text")
    .addHelpText("after", () => helpAfter());

  const tenant = (command: Command): Command =>
    command.addOption(new Option("-t, --tenant <slug>", "the tenant; TENANTATLAS_TENANT where it is not given"));
  const waits = (command: Command): Command => command.option("--no-wait", "ends as soon as the operation is queued");
  const limit = (command: Command): Command =>
    command.option(
      "--limit <number>",
      `rows of the list, at most ${MAX_LIMIT}`,
      wholeNumber(1, MAX_LIMIT),
      DEFAULT_LIMIT,
    );
  const families = (command: Command): Command =>
    command.option("--family <key...>", "only these policy families; all without it");
  const reason = (command: Command): Command =>
    command.option("--reason <text>", "why, where the tenant has another person approve such changes");

  does<[string | undefined], LoginOptions>(
    add(program, "login", "sign in to a server")
      .argument("[address]", "such as https://atlas.example.com")
      .option("--token-stdin", "reads an API token from the standard input"),
    (context, options, address) => login(context, address, options),
  );
  does(add(program, "logout", "forget the token of a server"), (context) => logout(context));
  does(add(program, "whoami", "show who the server takes you for"), (context) => whoami(context));
  does(add(program, "tenants", "list your tenants, and how they stand"), (context) => tenants(context));

  does<[], SyncOptions & OfTenant>(
    waits(families(tenant(add(program, "sync", "sync the inventory of a tenant")))),
    (context, options) => sync(context, context.tenant(options.tenant), options),
  );

  const run = group("run", "list, watch and steer operations");
  does<[], ListRunsOptions & OfTenant>(
    limit(tenant(add(run, "list", "list operations, newest first")))
      .addOption(new Option("--state <state>", "only these").choices(["active", "finished"]))
      .addOption(new Option("--type <type>", "only operations of this type").choices(Object.keys(OPERATION_TYPES))),
    (context, options) => listRuns(context, context.tenant(options.tenant), options),
  );
  does<[string], ShowRunOptions & OfTenant>(
    tenant(add(run, "show", "show an operation"))
      .argument("<id>")
      .option("--units", "also what did not succeed, with reasons"),
    (context, options, id) => showRun(context, context.tenant(options.tenant), id, options),
  );
  does<[string], { jsonLines?: true } & OfTenant>(
    tenant(add(run, "watch", "follow an operation to its end, and end as it does"))
      .argument("<id>")
      .option("--json-lines", "each state as a line of JSON"),
    (context, options, id) => watchRun(context, context.tenant(options.tenant), id, options),
  );
  const acts: Readonly<Record<RunAct, string>> = {
    cancel: "cancel an operation; what is done stays",
    pause: "pause an operation; what is under way ends",
    resume: "let a paused operation go on",
  };
  for (const act of ["cancel", "pause", "resume"] as const) {
    does<[string], OfTenant>(tenant(add(run, act, acts[act])).argument("<id>"), (context, options, id) =>
      changeRun(context, context.tenant(options.tenant), id, act),
    );
  }
  does<[string], RetryOptions & OfTenant>(
    reason(waits(tenant(add(run, "retry", "take the units again that failed")))).argument("<id>"),
    (context, options, id) => retryRun(context, context.tenant(options.tenant), id, options),
  );

  const backup = group("backup", "back up policies, and list backup sets");
  does<[], BackupOptions & OfTenant>(
    waits(tenant(add(backup, "create", "back up all policies, or those that match")))
      .addOption(new Option("--name <text>", "of the set that is made").conflicts("set"))
      .option("--set <id>", "a set that exists, instead of a new one")
      .option("--family <key>", "only policies of this family")
      .option("--query <text>", "only policies with this in their name"),
    (context, options) => makeBackup(context, context.tenant(options.tenant), options),
  );
  does<[], { limit: number } & OfTenant>(limit(tenant(add(backup, "list", "list backup sets"))), (context, options) =>
    listBackups(context, context.tenant(options.tenant), options),
  );
  does<[string], OfTenant>(tenant(add(backup, "show", "show a backup set")).argument("<id>"), (context, options, id) =>
    showBackup(context, context.tenant(options.tenant), id),
  );

  const restore = group("restore", "prepare, review and approve restores");
  does<[string], PreviewOptions & OfTenant>(
    tenant(add(restore, "preview", "prepare a plan; nothing is written to the tenant"))
      .argument("<backup-set>")
      .addOption(
        new Option("--mode <mode>", "put back what is there, or make copies beside it")
          .choices(RESTORE_MODES)
          .default("update"),
      )
      .option("--item <id...>", "only these items of the set")
      .option("--name-prefix <text>", "with --mode create: stands before the names of the copies")
      .option("--no-assignments", "leaves assignments as they are")
      .addOption(
        new Option("--conditional-access <state>", "in which state conditional access policies come back")
          .choices(CONDITIONAL_ACCESS_STATES)
          .default(CONDITIONAL_ACCESS_STATES[0]),
      ),
    (context, options, set) => previewRestore(context, context.tenant(options.tenant), set, options),
  );
  does<[string], ReviewOptions & OfTenant>(
    tenant(add(restore, "review", "show a plan"))
      .argument("<plan>")
      .option("--changes", "also each difference"),
    (context, options, plan) => reviewPlan(context, context.tenant(options.tenant), plan, options),
  );
  does<[string], ApproveOptions & OfTenant>(
    reason(waits(tenant(add(restore, "approve", "run a plan that was reviewed: this writes to the tenant"))))
      .argument("<plan>")
      .option("--hash <hash>", "of the plan that you approve; without it you are asked")
      .option("--justification <text>", "for those who approve the writes in Intune"),
    (context, options, plan) => approvePlan(context, context.tenant(options.tenant), plan, options),
  );

  const baseline = group("baseline", "capture and list baselines");
  does<[string], CaptureOptions & OfTenant>(
    waits(families(tenant(add(baseline, "capture", "capture the tenant as it is known now")))).argument("<name>"),
    (context, options, name) => captureBaseline(context, context.tenant(options.tenant), name, options),
  );
  does<[], { limit: number } & OfTenant>(limit(tenant(add(baseline, "list", "list baselines"))), (context, options) =>
    listBaselines(context, context.tenant(options.tenant), options),
  );
  does<[string | undefined], WaitOptions & OfTenant>(
    waits(tenant(add(program, "compare", "compare a tenant with a baseline"))).argument(
      "[baseline]",
      "its id; the newest one without it",
    ),
    (context, options, id) => compare(context, context.tenant(options.tenant), id, options),
  );
  does<[], FindingOptions & OfTenant>(
    limit(tenant(add(program, "findings", "list findings, the worst first")))
      .addOption(new Option("--status <status>", "only these").choices(FINDING_STATUSES).default("open"))
      .addOption(new Option("--severity <severity>", "only these").choices(SEVERITIES)),
    (context, options) => findings(context, context.tenant(options.tenant), options),
  );

  does<[string | undefined], PullOptions & OfTenant>(
    tenant(add(program, "pull", "write the policies of a tenant as files, for a Git repository"))
      .argument("[folder]", "the tenant's folder is made in it; the current one without it")
      .option("--commit", "commits what has changed, if anything has"),
    (context, options, folder) => pull(context, context.tenant(options.tenant), folder, options),
  );

  const evidence = group("evidence", "take and verify evidence snapshots");
  does<[], WaitOptions & OfTenant>(
    waits(tenant(add(evidence, "create", "take a snapshot of the tenant"))),
    (context, options) => takeEvidence(context, context.tenant(options.tenant), options),
  );
  does<[], { limit: number } & OfTenant>(limit(tenant(add(evidence, "list", "list snapshots"))), (context, options) =>
    listEvidence(context, context.tenant(options.tenant), options),
  );
  does<[string], OfTenant>(
    tenant(add(evidence, "verify", "have the server recompute a snapshot")).argument("<id>"),
    (context, options, id) => verifyEvidence(context, context.tenant(options.tenant), id),
  );

  const pack = group("pack", "make, download and verify review packs");
  does<[], PackOptions & OfTenant>(
    waits(tenant(add(pack, "create", "make a review pack"))).option(
      "--snapshot <id>",
      "of this snapshot; the newest without it",
    ),
    (context, options) => makePack(context, context.tenant(options.tenant), options),
  );
  does<[], { limit: number } & OfTenant>(limit(tenant(add(pack, "list", "list review packs"))), (context, options) =>
    listPacks(context, context.tenant(options.tenant), options),
  );
  does<[string | undefined], DownloadOptions & OfTenant>(
    tenant(add(pack, "download", "download a review pack"))
      .argument("[id]", "the newest without it")
      .option("-o, --output <file>", "where to; its own name without it")
      .option("--force", "overwrites a file"),
    (context, options, id) => downloadPack(context, context.tenant(options.tenant), id, options),
  );
  does<[string], { root?: string }>(
    add(pack, "verify", "verify a pack on this machine: no server is asked")
      .argument("<file>")
      .option("--root <hash>", "a Merkle root that was kept elsewhere"),
    (_, options, file) => verifyPack(file, options),
  );

  const schedule = group("schedule", "look at schedules; people change them in the console");
  does<[], OfTenant>(tenant(add(schedule, "list", "list schedules")), (context, options) =>
    listSchedules(context, context.tenant(options.tenant)),
  );
  does<[string], OfTenant>(
    tenant(add(schedule, "show", "show a schedule and what became of its due times")).argument("<id>"),
    (context, options, id) => showSchedule(context, context.tenant(options.tenant), id),
  );

  const audit = group("audit", "export and verify the audit log");
  does<[], ExportOptions & OfTenant>(
    tenant(add(audit, "export", "write the log as JSON lines"))
      .option("-o, --output <file>", "where to; the standard output without it")
      .option("--after <place>", "only events behind this place", wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
      .option("--force", "overwrites a file"),
    (context, options) => exportAudit(context, context.tenant(options.tenant), options),
  );
  does<[string], { head?: string }>(
    add(audit, "verify", "verify an export on this machine: no server is asked")
      .argument("<file>")
      .option("--head <place:hash>", "a place with its hash that was kept elsewhere"),
    (_, options, file) => verifyAudit(file, options),
  );

  tab(program, { completionCommandName: "completion" });
  return { command: program, result: () => result };
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

function helpAfter(): string {
  return ["", "Exit codes:", ...exitTable().map(([code, words]) => `  ${String(code).padStart(3)}  ${words}`)].join(
    "\n",
  );
}

/** The code of what commander itself has ended with: help and version succeed. */
export function codeOfCommander({ exitCode }: CommanderError): ExitCode {
  return exitCode === 0 ? EXIT.succeeded : EXIT.usage;
}
