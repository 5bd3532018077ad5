import { beforeAll, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../src/policies/json-value.ts";
import type { FamilyKey } from "../../../src/graph/families.ts";
import type { PolicyDocument } from "../../../src/graph/calls/family-reader.ts";
import type { RestoreOutcome } from "../../../src/graph/calls/restore/outcome.ts";
import { UNCERTAIN_MS, type RestoreTask } from "../../../src/graph/calls/restore/perform.ts";
import type { RestoreStep } from "../../../src/graph/restore/restore-step.ts";
import type { FaultPlan } from "../../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../../support/thoroughness.ts";
import { Crash, MemoryJournal } from "./memory-journal.ts";
import { restoreBench, type RestoreBench } from "./simulated-restore.ts";

/** Families whose plans together have every kind of step. */
const MANY_STEPS = ["adminTemplates", "notifications", "appProtection", "autopilot", "enrollment"] as const;
const ALL_KINDS = [...MANY_STEPS, "settingsCatalog", "conditionalAccess", "filters"] as const;

let bench: RestoreBench;
const stored = new Map<FamilyKey, PolicyDocument>();

beforeAll(async () => {
  // Each lost answer is logged, and most of these are lost.
  vi.spyOn(console, "warn").mockReturnValue();
  bench = await restoreBench(280);
  for (const key of ALL_KINDS) {
    const policies = await bench.readFamily(key);
    // Every kind of step its family has, entries of a list twice, and no more: each step is crashed at, and begun anew.
    const [telling] = policies
      .map((policy) => ({ policy, steps: stepsOf(key, policy.document) }))
      .toSorted((a, b) => varietyOf(b.steps) - varietyOf(a.steps) || a.steps.length - b.steps.length);
    if (telling) stored.set(key, telling.policy);
  }
});

function stepsOf(key: FamilyKey, document: JsonObject): readonly RestoreStep[] {
  try {
    return bench.plan(key, document).steps;
  } catch {
    return [];
  }
}

function varietyOf(steps: readonly RestoreStep[]): number {
  const alike = Map.groupBy(steps, ({ effect }) => JSON.stringify(effect));
  return [...alike.values()].reduce((sum, { length }) => sum + Math.min(2, length), 0);
}

function storedOf(key: FamilyKey): PolicyDocument {
  const policy = stored.get(key);
  if (!policy) throw new Error(`nothing stored of ${key}`);
  return policy;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

let copies = 0;
function copyOf(key: FamilyKey) {
  const prefix = `Copy ${(copies += 1)} of `;
  return {
    plan: bench.plan(key, storedOf(key).document, { mode: { kind: "create", namePrefix: prefix } }),
    journal: new MemoryJournal(bench.claims),
  };
}

async function named(key: FamilyKey, name: string): Promise<string[]> {
  return (await bench.control.policies(bench.tenant, key)).filter((policy) => policy.name === name).map(({ id }) => id);
}

/** Again and again, as deferred units are, time passing in between. */
async function performToTheEnd(
  task: Pick<RestoreTask, "plan"> & Partial<RestoreTask> & { journal: MemoryJournal },
): Promise<RestoreOutcome> {
  for (let turn = 0; turn < 10; turn += 1) {
    const outcome = await bench.perform(task);
    if (outcome.kind !== "deferred") return outcome;
    task.journal.age((outcome.retryAfterSeconds ?? 1) * 1000 + 1);
  }
  throw new Error("never ends");
}

/** What a restore has come to: how it ended, which policies of its name there are, and whether they are what was stored. */
async function resultOf(key: FamilyKey, name: string, outcome: RestoreOutcome): Promise<unknown> {
  const copies = await named(key, name);
  const truths = await Promise.all(copies.map((id) => bench.truthOf(key, id)));
  return { kind: outcome.kind, mine: copies.length === 1 && copies[0] === outcome.graphId, truths };
}

async function oneEqualCopyOf(key: FamilyKey): Promise<unknown> {
  return { kind: "restored", mine: true, truths: [await bench.truthOf(key, storedOf(key).graphId)] };
}

/** A write meets a crash at one of the moments in the short form; in the whole one, each third meets it at both; in the thorough one, all. */
function momentsAt(write: number): readonly ("before" | "after")[] {
  const [one, other] = [["before"], ["after"]] as const;
  if (!IN_WHOLE) return write % 2 === 0 ? one : other;
  return sized([one, other, [...one, ...other]][write % 3] ?? [], [...one, ...other]);
}

describe("A restore that crashes", () => {
  it.each(ALL_KINDS)("before or after any write to its journal leaves exactly one policy, whole: %s", async (key) => {
    // Each step is noted before it is sent and when it is answered; a write after the last is none.
    const writes = 2 * stepsOf(key, storedOf(key).document).length;
    for (let write = 0; write <= writes; write += 1) {
      for (const when of momentsAt(write)) {
        const task = copyOf(key);
        task.journal.crashAt = { write, when };
        const crashed = await bench.perform(task).then(
          () => false,
          (error: unknown) => error instanceof Crash,
        );
        expect(crashed, `${when} write ${write}`).toBe(write < writes);
        if (crashed)
          expect(await resultOf(key, task.plan.name, await performToTheEnd(task))).toEqual(await oneEqualCopyOf(key));
      }
    }
  });

  it("among entries that are equal makes as many as there are", async () => {
    const { document } = storedOf("adminTemplates");
    const [value = null] = Array.isArray(document["definitionValues"]) ? document["definitionValues"] : [];
    const thrice = { ...document, assignments: [], definitionValues: [value, value, value] };
    for (const when of ["before", "after"] as const) {
      for (let write = 0; write < 8; write += 1) {
        const mode = { kind: "create", namePrefix: `Thrice ${when} ${write} ` } as const;
        const task = { plan: bench.plan("adminTemplates", thrice, { mode }), journal: new MemoryJournal(bench.claims) };
        task.journal.crashAt = { write, when };
        await expect(bench.perform(task)).rejects.toThrow(Crash);
        const { kind, graphId } = await performToTheEnd(task);
        const { parts } = await bench.control.policy(bench.tenant, "adminTemplates", graphId ?? "");
        expect([kind, parts["definitionValues"]?.length]).toEqual(["restored", 3]);
      }
    }
  });

  it("twice in a row, at different places, leaves exactly one policy", async () => {
    for (let write = 0; write < 5; write += 1) {
      const task = copyOf("notifications");
      task.journal.crashAt = { write, when: "before" };
      await expect(bench.perform(task)).rejects.toThrow(Crash);
      task.journal.age(UNCERTAIN_MS);
      task.journal.crashAt = { write: task.journal.writes + 1, when: "after" };
      await bench.perform(task).catch(() => null);
      expect(await resultOf("notifications", task.plan.name, await performToTheEnd(task))).toEqual(
        await oneEqualCopyOf("notifications"),
      );
    }
  });

  it("does not write anything a second time once it is done", async () => {
    const task = copyOf("adminTemplates");
    const first = await bench.perform(task);
    await bench.control.clearCounters(bench.tenant);
    const again = await bench.perform(task);
    // Each reading back is a request of its own.
    const readAgain = first.kind === "restored" ? { policy: { ...first.policy, requestId: expect.any(String) } } : {};
    expect(again).toEqual({ ...first, ...readAgain });
    expect((await bench.control.counters(bench.tenant)).totals.writes).toBe(0);
  });

  it("resumes an update that was applied without a word, and calls no conflict what it did itself", async () => {
    for (const key of ["settingsCatalog", "filters", "notifications", "adminTemplates", "enrollment"] as const) {
      const { graphId } = await bench.perform(copyOf(key));
      const kept = await bench.read(key, graphId ?? "");
      const edits: Record<string, object> = {
        adminTemplates: { definitionValues: [] },
        notifications: { localizedNotificationMessages: [] },
      };
      const doc = key === "enrollment" ? { priority: 55 } : { description: "Changed" };
      await bench.control.editPolicy(
        bench.tenant,
        key,
        graphId ?? "",
        doc,
        edits[key] as Record<string, object[]> | undefined,
      );
      const task = { ...(await bench.updateTask(key, graphId ?? "", kept)), journal: new MemoryJournal(bench.claims) };
      task.journal.crashAt = { write: 1, when: "before" };
      await expect(bench.perform(task)).rejects.toThrow(Crash);
      expect(await performToTheEnd(task)).toMatchObject({ kind: "restored", graphId });
      expect(await bench.truthOf(key, graphId ?? "")).toEqual(await bench.truthOf(key, storedOf(key).graphId));
    }
  });
});

describe("An answer that is lost", () => {
  const losses: [string, FaultPlan][] = [
    ["a 504 after the write was applied", { status: 504, afterApply: true }],
    ["a connection that dies after the write was applied", { dropConnection: true, afterApply: true }],
    ["half an answer", { truncateJson: true, afterApply: true }],
    ["a connection that dies before the write was applied", { dropConnection: true }],
    ["a 503 that kept the write from being applied", { status: 503, retryAfter: 1 }],
  ];
  // In the short form each loss meets two of the families, and each family two of the losses.
  const families = (loss: number) =>
    MANY_STEPS.filter((_, index) => [loss, (loss + 1) % losses.length].includes(index));
  it.each(
    losses.map(
      ([name, fault], loss) => [name, fault, sized<readonly FamilyKey[]>(families(loss), MANY_STEPS)] as const,
    ),
  )("at any step of a copy does not make two: %s", async (_name, fault, keys) => {
    for (const key of keys) {
      const writes = stepsOf(key, storedOf(key).document).length;
      for (let from = 1; from <= writes; from += 1) {
        const task = copyOf(key);
        await bench.control.planFault(bench.tenant, { ...fault, family: key, method: "POST", from, count: 1 });
        expect(await resultOf(key, task.plan.name, await performToTheEnd(task))).toEqual(await oneEqualCopyOf(key));
        await bench.control.clearFaults(bench.tenant);
      }
    }
  });

  it("is looked for at once, and where nothing shows the write is not sent again before it would", async () => {
    const task = copyOf("filters");
    await bench.control.planFault(bench.tenant, { family: "filters", method: "POST", status: 504, count: 1 });
    const outcome = await bench.perform(task);
    expect(outcome).toMatchObject({ kind: "deferred", reason: "uncertain" });
    expect(await named("filters", task.plan.name)).toEqual([]);
    task.journal.age(UNCERTAIN_MS / 2);
    expect(await bench.perform(task)).toMatchObject({ kind: "deferred", reason: "uncertain" });
    task.journal.age(UNCERTAIN_MS / 2);
    expect(await resultOf("filters", task.plan.name, await bench.perform(task))).toEqual(
      await oneEqualCopyOf("filters"),
    );
    await bench.control.clearFaults(bench.tenant);
  });

  it("of what bears repeating is simply repeated, and given up for this turn when it stays lost", async () => {
    const task = copyOf("appProtection");
    const fault = { family: "appProtection", pathContains: "targetApps", status: 500 };
    await bench.control.planFault(bench.tenant, fault);
    expect(await bench.perform(task)).toMatchObject({ kind: "deferred", reason: "graph_unavailable" });
    expect(await bench.control.faults(bench.tenant)).toMatchObject([{ struck: 3 }]);
    await bench.control.clearFaults(bench.tenant);
    expect(await resultOf("appProtection", task.plan.name, await performToTheEnd(task))).toEqual(
      await oneEqualCopyOf("appProtection"),
    );
  });
});

describe("Whose a policy is", () => {
  it("is not guessed: one that an administrator made meanwhile, equal in all, is left to them", async () => {
    const task = copyOf("filters");
    task.journal.crashAt = { write: 0, when: "after" };
    await expect(bench.perform(task)).rejects.toThrow(Crash);
    const { doc } = await bench.control.policy(bench.tenant, "filters", storedOf("filters").graphId);
    const { id: _id, createdDateTime: _created, ...content } = doc;
    const theirs = await bench.control.addPolicy(bench.tenant, "filters", { ...content, displayName: task.plan.name });
    const outcome = await performToTheEnd(task);
    expect(outcome).toMatchObject({ kind: "restored" });
    expect(outcome.graphId).not.toBe(theirs);
    expect((await named("filters", task.plan.name)).toSorted(byCodeUnits)).toEqual(
      [theirs, outcome.graphId ?? ""].toSorted(byCodeUnits),
    );
  });

  it("is not that of one that was there before, equal in all", async () => {
    const unassigned = { assignments: false, mode: { kind: "create", namePrefix: "There before: " } } as const;
    const plan = bench.plan("settingsCatalog", storedOf("settingsCatalog").document, unassigned);
    // By nobody who keeps journals here.
    const { graphId: theirs } = await bench.perform({ plan, journal: new MemoryJournal() });
    const task = { plan, journal: new MemoryJournal(bench.claims) };
    task.journal.crashAt = { write: 0, when: "after" };
    await expect(bench.perform(task)).rejects.toThrow(Crash);
    const outcome = await performToTheEnd(task);
    expect(outcome.graphId).not.toBe(theirs);
    expect(await named("settingsCatalog", plan.name)).toEqual([theirs, outcome.graphId]);
  });

  it("is not that of one that holds something else, or more", async () => {
    const { document } = storedOf("settingsCatalog");
    const mode = { kind: "create", namePrefix: "Not that: " } as const;
    const task = { plan: bench.plan("settingsCatalog", document, { mode }), journal: new MemoryJournal(bench.claims) };
    task.journal.crashAt = { write: 0, when: "after" };
    await expect(bench.perform(task)).rejects.toThrow(Crash);
    const other = bench.plan("settingsCatalog", { ...document, description: "Another" }, { mode, assignments: false });
    const assigned = bench.plan(
      "settingsCatalog",
      { ...document, assignments: [{ target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } }] },
      { mode },
    );
    for (const plan of [other, assigned]) await bench.perform({ plan, journal: new MemoryJournal() });
    const outcome = await performToTheEnd(task);
    expect(outcome).toMatchObject({ kind: "restored" });
    expect((await named("settingsCatalog", task.plan.name)).indexOf(outcome.graphId ?? "")).toBe(2);
  });

  it.each([
    ["both applied without a word", "before", 1, "before", 1],
    ["one never sent", "before", 1, "after", 0],
  ] as const)(
    "two restores of equal policies make two and share none: %s",
    async (_name, whenA, writeA, whenB, writeB) => {
      const a = copyOf("filters");
      const b = { ...a, journal: new MemoryJournal(bench.claims) };
      a.journal.crashAt = { write: writeA, when: whenA };
      b.journal.crashAt = { write: writeB, when: whenB };
      // The second starts while the first is between its list and its write.
      let other: Promise<unknown> = Promise.resolve();
      a.journal.afterWrite = async () => {
        a.journal.afterWrite = async () => {};
        other = bench.perform(b).catch(() => null);
        await other;
      };
      await expect(bench.perform(a)).rejects.toThrow(Crash);
      await other;
      const outcomes = [await performToTheEnd(a), await performToTheEnd(b)];
      expect(outcomes.map(({ kind }) => kind)).toEqual(["restored", "restored"]);
      const ids = outcomes.map(({ graphId }) => graphId ?? "");
      expect(new Set(ids).size).toBe(2);
      expect((await named("filters", a.plan.name)).toSorted(byCodeUnits)).toEqual(ids.toSorted(byCodeUnits));
    },
  );

  it.each(MANY_STEPS)("two who perform one restore at once make one policy: %s", async (key) => {
    const task = copyOf(key);
    await Promise.all([bench.perform(task), bench.perform(task), bench.perform(task)]);
    expect(await resultOf(key, task.plan.name, await performToTheEnd(task))).toEqual(await oneEqualCopyOf(key));
  });
});

describe("A target", () => {
  it("that has changed since the plan was approved is a conflict, and nothing is written", async () => {
    const { graphId } = await bench.perform(copyOf("settingsCatalog"));
    const kept = await bench.read("settingsCatalog", graphId ?? "");
    await bench.control.editPolicy(bench.tenant, "settingsCatalog", graphId ?? "", { description: "Changed" });
    const task = await bench.updateTask("settingsCatalog", graphId ?? "", kept);
    await bench.control.editPolicy(bench.tenant, "settingsCatalog", graphId ?? "", { description: "Changed again" });
    await bench.control.clearCounters(bench.tenant);
    expect(await bench.perform(task)).toMatchObject({ kind: "failed", failure: { code: "conflict" }, graphId });
    expect((await bench.control.counters(bench.tenant)).totals.writes).toBe(0);
  });

  it("that was changed by somebody after our write was begun and lost is a conflict too", async () => {
    const { graphId } = await bench.perform(copyOf("filters"));
    const kept = await bench.read("filters", graphId ?? "");
    await bench.control.editPolicy(bench.tenant, "filters", graphId ?? "", { description: "Changed" });
    const task = { ...(await bench.updateTask("filters", graphId ?? "", kept)), journal: new MemoryJournal() };
    task.journal.crashAt = { write: 0, when: "after" };
    await expect(bench.perform(task)).rejects.toThrow(Crash);
    await bench.control.editPolicy(bench.tenant, "filters", graphId ?? "", { rule: "(changed)" });
    expect(await bench.perform(task)).toMatchObject({ kind: "failed", failure: { code: "conflict" } });
  });

  it("that a second execution of the same restore has changed meanwhile is no conflict: the restore is done elsewhere", async () => {
    const { graphId } = await bench.perform(copyOf("filters"));
    const kept = await bench.read("filters", graphId ?? "");
    await bench.control.editPolicy(bench.tenant, "filters", graphId ?? "", { description: "Changed" });
    const journal = new MemoryJournal(bench.claims);
    const task = { ...(await bench.updateTask("filters", graphId ?? "", kept)), journal };
    // The other one begins and ends between this one's look at the journal and its look at the target.
    const read = vi.spyOn(journal, "read").mockImplementationOnce(async () => {
      expect(await bench.perform(task)).toMatchObject({ kind: "restored" });
      return [];
    });
    expect(await bench.perform(task)).toMatchObject({ kind: "deferred", reason: "elsewhere" });
    read.mockRestore();
    expect(await bench.perform(task)).toMatchObject({ kind: "restored", graphId });
  });

  it("that is gone is not found", async () => {
    const { graphId } = await bench.perform(copyOf("filters"));
    const kept = await bench.read("filters", graphId ?? "");
    await bench.control.editPolicy(bench.tenant, "filters", graphId ?? "", { description: "Changed" });
    const task = await bench.updateTask("filters", graphId ?? "", kept);
    await bench.control.deletePolicy(bench.tenant, "filters", graphId ?? "");
    expect(await bench.perform(task)).toMatchObject({ kind: "failed", failure: { code: "not_found" } });
  });

  it("that reads differently after the writes is a mismatch, told with the differences", async () => {
    const task = copyOf("filters");
    task.journal.afterWrite = async () => {
      for (const id of await named("filters", task.plan.name))
        await bench.control.editPolicy(bench.tenant, "filters", id, { rule: "(changed)" });
    };
    const outcome = await bench.perform(task);
    expect(outcome).toMatchObject({
      kind: "failed",
      failure: { code: "readback_mismatch", differences: [{ path: "rule", actual: "(changed)" }] },
    });
    // Tried again, it is read again and nothing is created.
    task.journal.afterWrite = async () => {};
    expect(await bench.perform(task)).toMatchObject({
      failure: { code: "readback_mismatch" },
      graphId: outcome.graphId,
    });
    expect(await named("filters", task.plan.name)).toEqual([outcome.graphId]);
  });
});
