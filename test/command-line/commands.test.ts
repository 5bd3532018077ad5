/** The command line without a server: what it sends where, what it keeps, what it tells, and the code that it ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT, exitTable, Interrupted } from "../../cli/src/exit-codes.ts";
import { main } from "../../cli/src/main.ts";
import { clean } from "../../cli/src/output/clean.ts";
import { table, widthOf } from "../../cli/src/output/table.ts";
import { bar } from "../../cli/src/runs/watcher.ts";
import type { Terminal } from "../../cli/src/terminal.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import type { RunDetail } from "../../src/contract/runs.ts";

const TOKEN = `ta_${"a".repeat(16)}_${"b".repeat(43)}`;
const SERVER = "https://atlas.example.com";
const ME = {
  identity: "entra",
  platformAdministrator: false,
  user: { id: "usr_1", email: "ada@example.test", name: "Ada" },
  apiToken: { id: "t", name: "Nightly", expiresAt: "2026-12-31T00:00:00.000Z" },
  tenants: [],
  tenantsUnread: 0,
};

type Answer = { status: number; body: unknown } | "no answer";

interface Asked {
  url: string;
  method: string;
  token: string | null;
}

let home = "";
let now = 0;
let asked: Asked[] = [];

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "tenantatlas-commands-"));
  now = Date.UTC(2026, 10, 29, 20);
  asked = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A terminal whose server gives the answers one after the other; the last one stays. */
function terminal(answers: Answer[], given: Partial<Terminal> & { env?: Record<string, string> } = {}) {
  const out: string[] = [];
  const told: string[] = [];
  const left = [...answers];
  return {
    out,
    told,
    terminal: {
      out: (line: string) => void out.push(line),
      tell: (line: string) => void told.push(line),
      write: () => Promise.resolve(),
      outIsTerminal: false,
      tellIsTerminal: false,
      color: false,
      ask: () => Promise.reject(new Error("not asked")),
      read: () => Promise.resolve(""),
      fetch: (url: string | URL | Request, init?: RequestInit) => {
        const headers = new Headers(init?.headers);
        asked.push({ url: new Request(url).url, method: init?.method ?? "GET", token: headers.get("authorization") });
        const answer = left.length > 1 ? left.shift() : left[0];
        if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("fetch failed"));
        return Promise.resolve(Response.json(answer.body, { status: answer.status }));
      },
      sleep: (milliseconds: number) => {
        now += milliseconds;
        return Promise.resolve();
      },
      now: () => now,
      signal: new AbortController().signal,
      ...given,
      env: { HOME: home, XDG_CONFIG_HOME: home, ...given.env },
    } satisfies Terminal,
  };
}

const ofServer = { TENANTATLAS_URL: SERVER, TENANTATLAS_TOKEN: TOKEN, TENANTATLAS_TENANT: "contoso" };
const problem = (status: number, code: string): Answer => ({
  status,
  body: { type: "about:blank", title: code, status, code },
});

function run(state: Partial<RunDetail>): RunDetail {
  return {
    id: "run_1",
    tenantId: "ten_1",
    type: "inventory.sync",
    label: "Inventory sync",
    subject: null,
    status: "running",
    outcome: "pending",
    progress: { kind: "counted", processed: 1, total: 3, percent: 33, text: "1 of 3 policy families" },
    pause: null,
    summaryCounts: {},
    failure: null,
    initiator: null,
    retryOf: null,
    workerVersion: null,
    result: null,
    version: 1,
    href: "/t/contoso/operations/run_1",
    createdAt: "2026-11-29T20:00:00.000Z",
    startedAt: null,
    completedAt: null,
    waiting: null,
    curedBy: null,
    againInput: null,
    schedule: null,
    ...state,
  };
}
const ended = (outcome: RunDetail["outcome"]): RunDetail =>
  run({ status: "completed", outcome, version: 9, progress: { kind: "finished", text: "3 of 3 policy families" } });

describe("signing in", () => {
  it("keeps the token for its own server, readable by its owner alone, and never shows it", async () => {
    const signedIn = terminal([{ status: 200, body: ME }], { read: () => Promise.resolve(`${TOKEN}\n`) });
    expect(await main(["login", `${SERVER}/t/contoso`, "--token-stdin"], signedIn.terminal)).toBe(EXIT.succeeded);
    expect([...signedIn.out, ...signedIn.told].join("\n")).not.toContain(TOKEN);
    const kept = readFileSync(path.join(home, "tenantatlas/servers.json"), "utf8");
    expect(JSON.parse(kept)).toEqual({ current: SERVER, servers: { [SERVER]: { token: TOKEN } } });

    const later = terminal([{ status: 200, body: ME }]);
    await main(["whoami"], later.terminal);
    await main(["whoami", "--url", "https://other.example.com"], later.terminal);
    expect(asked.slice(1)).toEqual([
      { url: `${SERVER}/api/me`, method: "GET", token: `Bearer ${TOKEN}` },
      { url: "https://other.example.com/api/me", method: "GET", token: null },
    ]);
    expect(await main(["logout"], later.terminal)).toBe(EXIT.succeeded);
    expect(readFileSync(path.join(home, "tenantatlas/servers.json"), "utf8")).not.toContain(TOKEN);
  });

  it.each(["http://atlas.example.com", "ftp://atlas.example.com", "atlas"])("sends nothing to %s", async (address) => {
    const { terminal: given } = terminal([], { read: () => Promise.resolve(TOKEN) });
    expect(await main(["login", address, "--token-stdin"], given)).toBe(EXIT.usage);
    expect(asked).toEqual([]);
  });

  it("keeps nothing that the server does not know, or that is no token", async () => {
    const unknown = terminal([problem(401, "unauthenticated")], { read: () => Promise.resolve(TOKEN) });
    expect(await main(["login", SERVER, "--token-stdin"], unknown.terminal)).toBe(EXIT.notAllowed);
    const other = terminal([], { read: () => Promise.resolve("a password") });
    expect(await main(["login", SERVER, "--token-stdin"], other.terminal)).toBe(EXIT.usage);
    expect(await main(["whoami"], terminal([]).terminal)).toBe(EXIT.notAllowed);
  });

  it("says what to do where the kept file is broken", async () => {
    await main(
      ["login", SERVER, "--token-stdin"],
      terminal([{ status: 200, body: ME }], { read: () => Promise.resolve(TOKEN) }).terminal,
    );
    writeFileSync(path.join(home, "tenantatlas/servers.json"), "{");
    const { terminal: given, told } = terminal([]);
    expect(await main(["whoami"], given)).toBe(EXIT.usage);
    expect(told.join(" ")).toContain("Remove it, and sign in again.");
  });
});

describe("exit codes", () => {
  it.each([
    [problem(401, "unauthenticated"), EXIT.notAllowed],
    [problem(403, "forbidden"), EXIT.notAllowed],
    [problem(404, "not_found"), EXIT.notFound],
    [problem(409, "run_already_completed"), EXIT.conflict],
    [problem(400, "invalid_input"), EXIT.usage],
    [problem(429, "rate_limited"), EXIT.later],
    [problem(503, "unavailable"), EXIT.later],
    [{ status: 200, body: { something: "else" } }, EXIT.failed],
    // A sign-in page of what stands before the server.
    [{ status: 302, body: {} }, EXIT.notAllowed],
    ["no answer", EXIT.later],
  ] satisfies [Answer, number][])("of the answer %j", async (answer, code) => {
    const { terminal: given, out } = terminal([answer], { env: ofServer });
    expect(await main(["run", "cancel", "run_1", "--json"], given)).toBe(code);
    expect(JSON.parse(out.join(""))).toMatchObject({ error: { exitCode: code } });
  });

  it.each([
    [ended("succeeded"), EXIT.succeeded],
    [ended("partially_succeeded"), EXIT.partly],
    [ended("failed"), EXIT.failed],
    [ended("canceled"), EXIT.canceled],
  ])("of an operation that has ended as $outcome", async (state, code) => {
    const { terminal: given } = terminal([{ status: 200, body: state }], { env: ofServer });
    expect(await main(["run", "watch", "run_1", "--json-lines"], given)).toBe(code);
  });

  it.each([
    ["nonsense"],
    ["run", "nonsense"],
    ["run", "list", "--limit", "0"],
    ["run", "list", "--state", "some"],
    ["run", "show"],
  ])("of a command that is none: %j %j", async (...typed) => {
    expect(await main(typed, terminal([], { env: ofServer }).terminal)).toBe(EXIT.usage);
    expect(asked).toEqual([]);
  });

  it("are those of the page", () => {
    const page = readFileSync(path.join(projectRoot, "docs/command-line.md"), "utf8");
    const rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(([, code, words]) => [Number(code), words]);
    expect(rows).toEqual(exitTable());
  });
});

describe("following an operation", () => {
  it("tells each change once, goes on after an outage, and never goes back to what is older", async () => {
    const second = run({
      version: 3,
      progress: { kind: "counted", processed: 2, total: 3, percent: 66, text: "2 of 3 policy families" },
    });
    const answers: Answer[] = [
      { status: 200, body: run({}) },
      { status: 200, body: second },
      "no answer",
      problem(503, "unavailable"),
      { status: 200, body: run({ version: 2 }) },
      { status: 200, body: ended("succeeded") },
    ];
    const { terminal: given, told } = terminal(answers, { env: { ...ofServer, TZ: "UTC" } });
    expect(await main(["run", "watch", "run_1"], given)).toBe(EXIT.succeeded);
    expect(told.map((line) => line.replace(/\d\d:\d\d:\d\d/g, "…"))).toEqual([
      "…  Inventory sync: 2 of 3 policy families",
      "…  no answer since …; the operation goes on",
      "…  Inventory sync: 3 of 3 policy families",
    ]);
  });

  it("gives up on a server that is silent for ten minutes, and says that the operation goes on", async () => {
    const { terminal: given, told } = terminal([{ status: 200, body: run({}) }, "no answer"], { env: ofServer });
    const began = now;
    expect(await main(["run", "watch", "run_1"], given)).toBe(EXIT.later);
    expect(now - began).toBeGreaterThan(10 * 60_000);
    expect(told.at(-1)).toContain("Operations that are running are not affected.");
  });

  it("ends with Ctrl-C, and says that the operation does not", async () => {
    const { terminal: given, told } = terminal([{ status: 200, body: run({}) }], {
      env: ofServer,
      sleep: () => Promise.reject(new Interrupted()),
    });
    expect(await main(["run", "watch", "run_1"], given)).toBe(EXIT.interrupted);
    expect(told.join("\n")).toContain("Operations that were started go on.");
    expect(asked.every(({ method }) => method === "GET")).toBe(true);
  });

  it("says what it waits for", async () => {
    const waiting = {
      asOf: "2026-11-29T20:00:00.000Z",
      version: 1,
      waits: [
        {
          reasonCode: "throttled",
          message: "Microsoft Graph asks to wait.",
          unit: null,
          units: 2,
          attempt: 2,
          nextTryAt: "2026-11-29T20:01:00.000Z",
          since: null,
        },
      ],
      otherReasons: 0,
      waitingUnits: 2,
      heldUnits: 0,
    };
    const { terminal: given, told } = terminal(
      [
        { status: 200, body: run({ waiting }) },
        { status: 200, body: run({ waiting }) },
        { status: 200, body: ended("succeeded") },
      ],
      { env: ofServer },
    );
    await main(["run", "watch", "run_1"], given);
    expect(told[0]).toMatch(
      /1 of 3 policy families; waits: Microsoft Graph asks to wait\. Next try at \d\d:\d\d:\d\d\.$/,
    );
  });
});

describe("what a terminal is shown", () => {
  it("has no control that a name brings", async () => {
    const evil = "A\u001B[2J\u0007\u009Bb\u202Ec\nd";
    expect(clean(evil)).toBe("A⟨U+001B⟩[2J⟨U+0007⟩⟨U+009B⟩b⟨U+202E⟩c d");
    const { terminal: given, out } = terminal(
      [{ status: 200, body: { items: [run({ subject: evil })], nextCursor: null } }],
      { env: ofServer },
    );
    await main(["run", "list"], given);
    // oxlint-disable-next-line no-control-regex -- What must not be there.
    expect(out.join("\n")).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  });

  it("stands in columns, whatever the script", () => {
    const lines = table(
      [
        { title: "Name", cell: ({ name }: { name: string; count: number | null }) => name },
        { title: "Count", cell: ({ count }) => count, right: true },
      ],
      [
        { name: "管理者", count: 12 },
        { name: "Gäste 👩‍💻", count: null },
      ],
    );
    expect(lines).toEqual(["Name      Count", "管理者       12", "Gäste 👩‍💻      –"]);
    expect(new Set(lines.map(widthOf))).toEqual(new Set([15]));
    expect(table([{ title: "Name", cell: () => "" }], [])).toEqual(["None."]);
  });

  it("is a bar only where the contract gives a number, and full only when all is done", () => {
    const counted = (percent: number) =>
      bar({ progress: { kind: "counted", processed: percent, total: 100, percent, text: "" } });
    expect(counted(0)).toBe(`${"░".repeat(24)} 0 %`);
    expect(counted(99)).toBe(`${"█".repeat(23)}░ 99 %`);
    expect(bar({ progress: { kind: "finalizing", processed: 3, total: 3, text: "Finalizing" } })).toBe("█".repeat(24));
    for (const kind of ["indeterminate", "finished"] as const)
      expect(bar({ progress: { kind, text: "Running" } })).toBe("");
    expect(bar({ progress: { kind: "phased", phase: "Reading", text: "Reading" } })).toBe("");
  });
});
