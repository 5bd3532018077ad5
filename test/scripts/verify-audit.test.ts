/** The command that an auditor runs, on logs that the product has chained, and on logs that someone has changed. */
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ChainedEvent, chainedEventSchema } from "../../src/contract/audit-events.ts";
import { eventText } from "../../src/database/audit/audit-chain.ts";
import { CHAIN_BEGINNING, nextHash } from "../../src/digests/audit-chain.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

interface Line {
  previous: string | null;
  event: ChainedEvent;
  actorName: string;
  hash: string | null;
}

/** Five events; the last one is not chained yet. Words and numbers are such as are easily spelled otherwise. */
async function exported(): Promise<Line[]> {
  const lines: Line[] = [];
  let previous: string | null = CHAIN_BEGINNING;
  for (let seq = 1; seq <= 5; seq += 1) {
    const event: ChainedEvent = {
      id: `event-${seq}`,
      tenantId: "tenant-contoso",
      seq,
      at: "2026-11-28T10:00:00.000Z",
      action: "settings.change",
      actorId: seq === 3 ? null : "user-owner",
      targetKind: "settings",
      targetId: "tenant-contoso",
      detail: { ü: "Zoë \u2028 \u{1F512}", b: [1, 2.5, 1e21, null], a: { nested: true }, A: "\u001f" },
      origin: { way: "local" },
    };
    const hash: string | null = seq === 5 ? null : await nextHash(previous ?? "", eventText(event));
    lines.push({ previous, event, actorName: "Olivia", hash });
    previous = hash;
  }
  return lines;
}

async function verify(lines: readonly Line[], ...more: string[]): Promise<{ code: number; output: string }> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "tenantatlas-audit-")), "log.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(ROOT, "scripts/verify-audit.ts"), file, ...more], (error, output) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output });
    });
  });
}

describe("verify-audit", () => {
  let log: Line[];
  beforeAll(async () => {
    log = await exported();
  });

  it("says what retention has removed, and verifies the rest, with the head that was kept of the last place that went", async () => {
    const [, , , fourth] = log;
    const cut = { throughPlace: 2, hash: log[1]?.hash, removed: 2 };
    const removal = { ...fourth?.event, action: "retention.remove", detail: cut, actorId: null };
    const third = log.slice(2, 3);
    const event = { ...chainedEventSchema.parse(removal), seq: 4, at: "2033-11-28T10:00:00.000Z" };
    const previous = third[0]?.hash ?? "";
    const rest = [...third, { previous, event, actorName: "", hash: await nextHash(previous, eventText(event)) }];
    const { code, output } = await verify(rest, "--head", `2:${log[1]?.hash}`);
    expect(output).toContain("begins   at place 3; retention removed places 1 to 2 on 2033-11-28, as place 4 tells");
    expect(code).toBe(0);
    // Another hash than the one that the removal notes: then nobody says why the beginning is not there.
    expect((await verify(rest.slice(0, 1))).output).toContain(
      "begins   at place 3; what was before is not in this export",
    );
    expect((await verify(rest, "--head", `2:${"0".repeat(64)}`)).code).toBe(1);
  });

  it("confirms a log, and that it has a head that was kept elsewhere", async () => {
    const kept = `2:${log[1]?.hash}`;
    const { code, output } = await verify(log, "--head", kept);
    expect(output).toContain("5, of which 4 are chained");
    expect(output).toContain(`head     4:${log[3]?.hash}`);
    expect(code).toBe(0);
  });

  it.each<[string, (lines: Line[]) => Line[], string]>([
    ["a changed word", (lines) => change(lines, 1, { action: "settings.view" }), "place 2 is not what its hash says"],
    ["another person", (lines) => change(lines, 2, { actorId: "user-other" }), "place 3 is not what its hash says"],
    ["a line that is gone", (lines) => lines.toSpliced(2, 1), "place 3 is missing"],
    [
      "two lines in another order",
      ([a, b, c, ...rest]) => [a, c, b, ...rest].filter((line) => line !== undefined),
      "does not follow",
    ],
  ])("finds %s", async (_name, tamper, fault) => {
    const { code, output } = await verify(tamper(log));
    expect(output).toContain(fault);
    expect(code).toBe(1);
  });

  it("finds a log that was chained anew from the beginning, by the head that was kept", async () => {
    const { code, output } = await verify(log, "--head", `2:${"f".repeat(64)}`);
    expect(output).toContain("another hash at 2");
    expect(code).toBe(1);
  });

  it("says of anything else that it is no export", async () => {
    const file = path.join(ROOT, "package.json");
    const code = await new Promise((resolve) => {
      execFile(process.execPath, [path.join(ROOT, "scripts/verify-audit.ts"), file], (error) => resolve(error?.code));
    });
    expect(code).toBe(2);
  });
});

function change(lines: readonly Line[], index: number, members: Partial<ChainedEvent>): Line[] {
  return lines.map((line, at) => (at === index ? { ...line, event: { ...line.event, ...members } } : line));
}
