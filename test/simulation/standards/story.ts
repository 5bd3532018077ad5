/**
 * A story: a tenant keeps a standard, another follows it, and then comparisons, deployments, undos, what people choose meanwhile and what they change in Microsoft's
 * portal, in an order that the seed says, done by processes that die. What has to be true is computed here from the stories' own few facts (which settings a policy of the standard
 * has, what was chosen, what the tenant's Graph holds), without a line of the product.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { baselineIdOf } from "../../../src/database/baselines/baseline-building.ts";
import { comparisonIdOf } from "../../../src/database/baselines/comparison-work.ts";
import { readComparison } from "../../../src/database/baselines/baseline-comparisons.ts";
import { listComparisonFindings } from "../../../src/database/findings/findings.ts";
import { planIdOf } from "../../../src/database/restore/restore-plan-building.ts";
import { readPlan } from "../../../src/database/restore/restore-plans.ts";
import { undoSetIdOf } from "../../../src/database/restore/undo-items.ts";
import { changeFollowing, follow } from "../../../src/database/standards/followings.ts";
import { createStandard, createVersion, readSource, readVersion } from "../../../src/database/standards/standards.ts";
import { baselineCapture } from "../../../src/operations/baseline-capture/baseline-capture.ts";
import { baselineCompare } from "../../../src/operations/baseline-compare/baseline-compare.ts";
import { inventorySync } from "../../../src/operations/inventory-sync/inventory-sync.ts";
import { policyRestore } from "../../../src/operations/policy-restore/policy-restore.ts";
import { restorePreview } from "../../../src/operations/policy-restore/restore-preview.ts";
import type { RestorePlan } from "../../../src/contract/restore.ts";
import type { UnitResult } from "../../../src/runs/operation.ts";
import { Random } from "../random.ts";
import { type PlantedFault, World } from "./world.ts";

const STANDARD = "std_story";
const FOLLOWING = "flw_story";
const PLACEHOLDER = "intranet.home.example";

/** What a policy sets. A filter has one setting, its rule. */
interface Spec {
  key: string;
  family: "settingsCatalog" | "filters";
  settings: Readonly<Record<string, string>>;
}

interface Choices {
  version: number;
  intranet: string;
  skipped: readonly string[];
  /** The policy of whose first setting the tenant has a value of its own, and that value. */
  own: { key: string; value: string } | null;
}

/** A policy as the tenant's Graph holds it. */
interface There {
  family: string;
  id: string;
  name: string;
  settings: Record<string, string>;
  /** All of it, without what every write moves. */
  whole: unknown;
}

export interface StoryReport {
  seed: number;
  /** What went wrong, null where nothing did; and what was done until then. */
  violation: string | null;
  acts: string[];
  deaths: number;
  calls: number;
}

export interface StoryOptions {
  simulatorUrl: string;
  seed: number;
  deaths?: number;
  planted?: PlantedFault | undefined;
  /** Whether Graph may tell late of what was made. The product then waits in earnest: a story takes a minute instead of seconds. */
  late?: boolean;
  trace?: (line: string) => void;
}

class Violation extends Error {
  override name = "Violation";
}

export async function tellStory(options: StoryOptions): Promise<StoryReport> {
  const story = new Story(options);
  let violation: string | null = null;
  try {
    await story.tell();
  } catch (error) {
    violation = error instanceof Violation ? error.message : String(error instanceof Error ? error.stack : error);
  }
  const { acts, world } = story;
  return { seed: options.seed, violation, acts, deaths: world.deaths, calls: world.calls };
}

const settingOf = (id: string, value: string) => ({
  settingInstance: {
    "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance",
    settingDefinitionId: id,
    simpleSettingValue: { "@odata.type": "#microsoft.graph.deviceManagementConfigurationStringSettingValue", value },
  },
});
const entrySchema = z.object({
  settingInstance: z.object({
    settingDefinitionId: z.string(),
    simpleSettingValue: z.object({ value: z.string() }),
  }),
});

const MOVING = new Set([
  "lastModifiedDateTime",
  "modifiedDateTime",
  "version",
  "createdDateTime",
  "isAssigned",
  "settingCount",
]);
function still(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(still);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      MOVING.has(name) || (name === "id" && typeof member === "string" && /^\d+$/.test(member))
        ? []
        : [[name, still(member)]],
    ),
  );
}

class Story {
  readonly world: World;
  readonly acts: string[] = [];
  readonly #random: Random;
  readonly #options: StoryOptions;
  readonly #versions: Spec[][] = [];
  #home = "";
  #tenant = "";
  #chosen: Choices = { version: 1, intranet: "", skipped: [], own: null };
  #names = 0;

  constructor(options: StoryOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.world = new World({
      simulatorUrl: options.simulatorUrl,
      random: this.#random,
      deaths: options.deaths ?? 0.01,
      planted: options.planted,
    });
  }

  #note(line: string): void {
    this.acts.push(line);
    this.#options.trace?.(line);
  }

  #expect(what: string, found: unknown, wanted: unknown): void {
    if (isDeepStrictEqual(found, wanted)) return;
    throw new Violation(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[this.#random.below(from.length)];
  }

  async tell(): Promise<void> {
    await this.#keepStandard();
    await this.#beginToFollow();
    const rounds = 2 + this.#random.below(3);
    for (let round = 0; round < rounds; round += 1) {
      const act = this.#random.below(5);
      if (act === 0) await this.#changeInPortal();
      else if (act === 1) await this.#choose(this.#newChoices());
      else if (act === 2) await this.#compare();
      else await this.#deployAndUndo();
    }
    await this.#deployAndUndo();
    await this.#compare();
  }

  // The standard

  async #keepStandard(): Promise<void> {
    const { world } = this;
    this.#home = await world.tenant("home");
    const first: Spec[] = Array.from({ length: 3 + this.#random.below(4) }, (_, at) => this.#newSpec(`k${at}`));
    first.push({ key: "kf", family: "filters", settings: { rule: '(device.model -eq "kf")' } });
    const [gone, changed, ...others] = first;
    if (gone === undefined || changed === undefined) throw new Error("too few policies");
    const [id] = Object.keys(changed.settings);
    const second = [
      { ...changed, settings: { ...changed.settings, [id ?? ""]: "second" } },
      ...others,
      this.#newSpec("knew"),
    ];
    this.#versions.push(first, second);
    const act = world.act(this.#home);
    await createStandard(world.database, act, STANDARD, { name: "Story", description: "" });
    for (const [at, specs] of this.#versions.entries()) {
      for (const { family, id: policy } of await this.#there(this.#home))
        await world.control.deletePolicy(world.directory(this.#home), family, policy);
      for (const spec of specs) await this.#put(this.#home, spec, `Standard ${spec.key}`);
      await world.sync(inventorySync, this.#home);
      const runId = world.newRunId();
      const asked = { name: `Version ${at + 1}`, families: ["settingsCatalog", "filters"] };
      await world.drive(baselineCapture, this.#home, asked, runId);
      const source = { kind: "baseline", id: baselineIdOf(runId) } as const;
      const held = await readSource(world.database, this.#home, source, 100);
      const policies = (held?.policies ?? []).map((policy) => ({
        ...policy,
        key: policy.name.replace("Standard ", ""),
      }));
      this.#expect("the source of a version", policies.length, specs.length);
      const version = { standardId: STANDARD, number: at + 1, names: false, assignments: false, note: "" };
      const label = { key: "intranet", label: "Intranet", type: "domain" as const, default: null };
      const parameters = [{ ...label, text: PLACEHOLDER }];
      const made = { ...version, parameters, source: { ...source, name: "Story" }, contentRoot: "0".repeat(64) };
      await createVersion(world.database, { ...act, at: act.at + at }, { ...made, policies });
    }
  }

  #newSpec(key: string): Spec {
    const count = 4 + this.#random.below(3);
    const settings = Array.from({ length: count }, (_, at) => [`${key}_setting_${at}`, `${this.#random.below(100)}`]);
    settings.push([`${key}_address`, `https://${PLACEHOLDER}/${key}`]);
    return { key, family: "settingsCatalog", settings: Object.fromEntries(settings) };
  }

  /** What the tenant is to have, by the standard's keys. */
  #wanted({ version, intranet, skipped, own }: Choices): Map<string, Spec> {
    const specs = (this.#versions[version - 1] ?? []).filter(({ key }) => !skipped.includes(key));
    return new Map(
      specs.map((spec) => {
        const settings = Object.entries(spec.settings).map(([id, value], at) => [
          id,
          own?.key === spec.key && at === 0 ? own.value : value.replace(PLACEHOLDER, intranet),
        ]);
        return [spec.key, { ...spec, settings: Object.fromEntries(settings) }];
      }),
    );
  }

  // The tenant

  async #put(tenantId: string, { family, settings }: Omit<Spec, "key">, name: string): Promise<string> {
    const { control } = this.world;
    const directory = this.world.directory(tenantId);
    if (family === "filters")
      return control.addPolicy(directory, family, {
        displayName: name,
        platform: "windows10AndLater",
        rule: settings["rule"],
      });
    return control.addPolicy(
      directory,
      family,
      { name, platforms: "windows10", technologies: "mdm", description: `Of ${name}` },
      { settings: this.#entries(settings) },
    );
  }

  #entries(settings: Readonly<Record<string, string>>): object[] {
    return Object.entries(settings).map(([id, value]) => settingOf(id, value));
  }

  async #there(tenantId: string): Promise<There[]> {
    const { control } = this.world;
    const directory = this.world.directory(tenantId);
    const listed = (await control.policies(directory)).filter(({ family }) =>
      ["settingsCatalog", "filters"].includes(family),
    );
    return Promise.all(
      listed
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .map(async ({ family, id, name }) => {
          const whole = await control.policy(directory, family, id);
          const entries = z.array(entrySchema).parse(whole.parts["settings"] ?? []);
          const settings =
            family === "filters"
              ? { rule: String(whole.doc["rule"]) }
              : Object.fromEntries(
                  entries.map(({ settingInstance: { settingDefinitionId, simpleSettingValue } }) => [
                    settingDefinitionId,
                    simpleSettingValue.value,
                  ]),
                );
          return { family, id, name: name ?? "", settings, whole: still(whole) };
        }),
    );
  }

  /** Which of the tenant's policies is the standard's: no two of a story have a setting in common. */
  #foundIn(there: readonly There[], spec: Spec): There[] {
    const ids = new Set(Object.keys(spec.settings));
    return there.filter(
      ({ family, settings }) =>
        family === spec.family &&
        (family === "filters"
          ? settings["rule"] === spec.settings["rule"]
          : Object.keys(settings).some((id) => ids.has(id))),
    );
  }

  async #beginToFollow(): Promise<void> {
    const { world } = this;
    this.#tenant = await world.tenant("tenant");
    // Graph tells some moments late of what was made and deleted.
    const lateAnswers = this.#random.below(3);
    if (lateAnswers > 0 && this.#options.late !== false)
      await world.control.configure(world.directory(this.#tenant), { lateAnswers });
    this.#chosen = { version: 1, intranet: "intranet.tenant.example", skipped: [], own: null };
    const version = await readVersion(world.database, this.#home, STANDARD, 1);
    if (version === null) throw new Error("no version");
    const chosen = { parameters: { intranet: this.#chosen.intranet }, skipped: [], overlays: [], mapping: [] };
    const standard = { homeTenantId: this.#home, standardId: STANDARD, standardName: "Story", version };
    await follow(world.database, world.act(this.#tenant), FOLLOWING, { ...chosen, ...standard });
    for (const spec of this.#wanted(this.#chosen).values()) {
      const kind = this.#random.below(3);
      if (kind === 0) continue;
      await this.#put(this.#tenant, kind === 1 ? spec : this.#drifted(spec), this.#newName());
    }
    const own = { family: "settingsCatalog", settings: { own_setting: "1", own_other: "2" } } as const;
    await this.#put(this.#tenant, own, "Standard k0");
  }

  #newName(): string {
    return `Tenant’s ${(this.#names += 1)}`;
  }

  #drifted(spec: Spec): Spec {
    if (spec.family === "filters") return spec;
    const id = this.#pick(Object.keys(spec.settings)) ?? "";
    return { ...spec, settings: { ...spec.settings, [id]: `drift-${this.#random.below(1_000)}` } };
  }

  async #changeInPortal(): Promise<void> {
    const { control } = this.world;
    const directory = this.world.directory(this.#tenant);
    const policy = this.#pick(await this.#there(this.#tenant));
    if (policy === undefined) return;
    const { family, id, name, settings } = policy;
    if (family === "filters" || this.#random.chance(0.3)) {
      this.#note(`somebody deletes ${name}`);
      await control.deletePolicy(directory, family, id);
    } else {
      this.#note(`somebody changes ${name}`);
      const changed = this.#drifted({ key: "", family: "settingsCatalog", settings }).settings;
      await control.editPolicy(directory, family, id, {}, { settings: this.#entries(changed) });
    }
  }

  // What is chosen

  #newChoices(): Choices {
    const version = 1 + this.#random.below(this.#versions.length);
    const keys = (this.#versions[version - 1] ?? []).map(({ key }) => key);
    const catalog = keys.filter((key) => key !== "kf");
    const key = this.#pick(catalog) ?? "";
    return {
      version,
      intranet: `intranet-${this.#random.below(50)}.example`,
      skipped: keys.filter((each, at) => at > 0 && this.#random.chance(0.15) && each !== ""),
      own: this.#random.chance(0.4) ? { key, value: `own-${this.#random.below(50)}` } : null,
    };
  }

  async #choose(choices: Choices): Promise<void> {
    const { world } = this;
    this.#note(`chosen: ${JSON.stringify(choices)}`);
    const version = await readVersion(world.database, this.#home, STANDARD, choices.version);
    if (version === null) throw new Error("no version");
    const { own } = choices;
    const changed = await changeFollowing(world.database, world.act(this.#tenant), FOLLOWING, {
      parameters: { intranet: choices.intranet },
      skipped: [...choices.skipped],
      overlays:
        own === null
          ? []
          : [
              {
                policy: own.key,
                pointer: "/settings/0/settingInstance/simpleSettingValue/value",
                value: own.value,
              },
            ],
      mapping: undefined,
      version,
      standardName: "Story",
      skippedCount: choices.skipped.length,
    });
    this.#expect("a change of what holds", changed, true);
    this.#chosen = choices;
  }

  /** Somebody changes their mind between two steps of a run; answers what held when the run began, once it has begun. */
  #minds(chance = 0.2): { between: (cursor: string | null) => Promise<void>; held: () => Choices } {
    let held = this.#chosen;
    let began = false;
    return {
      held: () => held,
      between: async (cursor) => {
        if (!began && cursor !== null) {
          began = true;
          held = this.#chosen;
        }
        if (this.#random.chance(chance)) await this.#choose(this.#newChoices());
      },
    };
  }

  // Runs

  /** `calm`: after a deployment, when nobody changes a choice. */
  async #compare({ calm = false } = {}): Promise<void> {
    const { world } = this;
    await world.sync(inventorySync, this.#tenant);
    const runId = world.newRunId();
    const { between, held } = this.#minds(calm ? 0 : undefined);
    this.#note("compare");
    const end = await world.drive(baselineCompare, this.#tenant, { baselineId: FOLLOWING }, runId, between);
    this.#expect("the end of a comparison", [end.kind, "outcome" in end ? end.outcome : null], ["done", "succeeded"]);
    const tenant = { id: this.#tenant, slug: world.directory(this.#tenant) };
    const page = { kind: null, severity: null, status: "open" as const, cursor: null, limit: 1_000 };
    const asked = { ...page, comparisonId: comparisonIdOf(runId) };
    const { items } = await listComparisonFindings(world.database, tenant, asked);
    const there = await this.#there(this.#tenant);
    const wanted = [...this.#wanted(held()).values()].flatMap((spec) => {
      const [found] = this.#foundIn(there, spec);
      if (found === undefined) return [`removed Standard ${spec.key}`];
      return isDeepStrictEqual(found.settings, spec.settings) ? [] : [`changed ${found.name}`];
    });
    const told = items.map(({ kind, name }) => `${kind} ${name}`).toSorted();
    this.#expect("what a comparison finds", told, wanted.toSorted());
    if (calm) this.#expect("a comparison after a deployment", told, []);
    const comparison = await readComparison(world.database, tenant, comparisonIdOf(runId));
    this.#expect("the version that a comparison tells", comparison?.standardVersion, held().version);
  }

  async #plan(asked: object, runId: string, between?: (cursor: string | null) => Promise<void>): Promise<RestorePlan> {
    const { world } = this;
    const end = await world.drive(restorePreview, this.#tenant, asked, runId, between);
    this.#expect("the end of a preview", [end.kind, "code" in end ? end : null], ["done", null]);
    const plan = await readPlan(world.database, this.#tenant, planIdOf(runId));
    if (plan === null || plan.planHash === null) throw new Violation("a plan is not sealed");
    return plan;
  }

  async #restore(plan: RestorePlan, runId: string, units?: number): Promise<UnitResult[]> {
    const { backupSetId, planHash, options } = plan;
    const asked = { backupSetId, mode: options.mode, assignments: options.assignments, approvedPlan: planHash };
    const input = policyRestore.inputSchema.parse(asked);
    const env = { DATABASE: this.world.database };
    const prepared = await policyRestore.prepare?.(this.#tenant, input, env as never);
    if (prepared?.kind !== "ready") throw new Violation(JSON.stringify(prepared));
    return this.world.execute(policyRestore, this.#tenant, prepared.input, {
      runId,
      ...(units === undefined ? {} : { units }),
    });
  }

  #actions(plan: RestorePlan): Record<string, number> {
    return Object.fromEntries(Object.entries(plan.actionCounts ?? {}).filter(([, count]) => count > 0));
  }

  /** Deploys, looks, and undoes; perhaps after somebody has changed a policy, and perhaps after the run was canceled on its way. */
  async #deployAndUndo(): Promise<void> {
    const { world } = this;
    const before = await this.#there(this.#tenant);
    const { between, held } = this.#minds();
    this.#note("deploy");
    const asked = { followingId: FOLLOWING, mode: "update", assignments: false };
    const plan = await this.#plan(asked, world.newRunId(), between);
    const wanted = this.#wanted(held());
    const counts = { create: 0, update: 0, unchanged: 0 };
    for (const spec of wanted.values()) {
      const [found] = this.#foundIn(before, spec);
      if (found === undefined) counts.create += 1;
      else if (isDeepStrictEqual(found.settings, spec.settings)) counts.unchanged += 1;
      else counts.update += 1;
    }
    this.#expect("the version that a plan tells", plan.options.standard?.version, held().version);
    this.#expect("what a plan counts", { create: 0, update: 0, unchanged: 0, ...this.#actions(plan) }, counts);

    const isCanceled = this.#random.chance(0.2);
    const units = isCanceled ? this.#random.below(wanted.size + 1) : undefined;
    const runId = world.newRunId();
    this.#note(isCanceled ? `canceled after ${units}` : "run");
    const results = await this.#restore(plan, runId, units);
    this.#expect(
      "the verdicts of a deployment",
      results.filter(({ kind }) => kind !== "succeeded"),
      [],
    );
    const after = await this.#there(this.#tenant);
    if (!isCanceled) {
      this.#expect("how many units a deployment has", results.length, wanted.size);
      this.#expect("what a deployment counts", this.#counted(results), { ...counts, delete: 0 });
      for (const spec of wanted.values()) {
        const found = this.#foundIn(after, spec);
        this.#expect(
          `what the tenant has of ${spec.key}`,
          found.map(({ settings }) => settings),
          [spec.settings],
        );
      }
      const touched = new Set([...wanted.values()].flatMap((spec) => this.#foundIn(after, spec)).map(({ id }) => id));
      const strangers = ({ id }: There) => !touched.has(id);
      this.#expect("what is not the standard’s", after.filter(strangers), before.filter(strangers));
      this.#expect("how many policies the tenant has", after.length, before.length + counts.create);
      await this.#choose(held());
      if (this.#random.chance(0.6)) await this.#compare({ calm: true });
    }
    await this.#undo(runId, before, after);
  }

  #counted(results: readonly UnitResult[]): Record<string, number> {
    const counted = { create: 0, update: 0, unchanged: 0, delete: 0 };
    for (const result of results) {
      if (result.kind !== "succeeded") continue;
      counted.create += result.counters?.created ?? 0;
      counted.update += result.counters?.updated ?? 0;
      counted.unchanged += result.counters?.unchanged ?? 0;
      counted.delete += result.counters?.deleted ?? 0;
    }
    return counted;
  }

  async #undo(runId: string, before: readonly There[], after: readonly There[]): Promise<void> {
    const { world } = this;
    const isSame = (one: There, other: There) => isDeepStrictEqual(one.whole, other.whole);
    const made = after.filter(({ id }) => before.every((each) => each.id !== id));
    const changed = after.filter((each) => before.some((other) => other.id === each.id && !isSame(each, other)));
    const written = made.length + changed.length;
    const set = await world.database.prepare("select id from backup_sets where id = ?1").bind(undoSetIdOf(runId)).all();
    if (written === 0 && set.results.length === 0) return;
    // Somebody changes what the deployment has left: that stays, and only that.
    const [disturbed] = this.#random.chance(0.3)
      ? [...changed, ...made].filter((each) => each.family !== "filters")
      : [];
    if (disturbed !== undefined) {
      this.#note(`somebody changes ${disturbed.name} before the undo`);
      const edited = { ...disturbed.settings, somebody_elses: `${(this.#names += 1)}` };
      await world.control.editPolicy(
        world.directory(this.#tenant),
        disturbed.family,
        disturbed.id,
        {},
        { settings: this.#entries(edited) },
      );
    }
    const left = (await this.#there(this.#tenant)).filter(({ id }) => id === disturbed?.id);
    this.#note("undo");
    const asked = { backupSetId: undoSetIdOf(runId), mode: "update", assignments: false };
    const plan = await this.#plan(asked, world.newRunId());
    const isLeftAlone = (each: There) => each.id === disturbed?.id;
    this.#expect(
      "what an undo plans",
      { delete: 0, update: 0, blocked: 0, ...this.#actions(plan) },
      {
        delete: made.filter((each) => !isLeftAlone(each)).length,
        update: changed.filter((each) => !isLeftAlone(each)).length,
        blocked: left.length,
      },
    );
    const undoId = world.newRunId();
    const results = await this.#restore(plan, undoId);
    const bad = results.filter(({ kind }) => kind === "failed" || kind === "deferred");
    this.#expect("the verdicts of an undo", bad, []);
    const wanted = [...before.filter((each) => !isLeftAlone(each)), ...left].toSorted((one, other) =>
      one.id < other.id ? -1 : 1,
    );
    this.#expect("the tenant after an undo", await this.#there(this.#tenant), wanted);
  }
}
