/**
 * Two releases of one collection of policies, made from the one that there is: the folder as it is (policies without an id get
 * one), and an older state of it by a seeded list of edits. Nothing of the folder is kept: both go to a directory of the
 * caller's.
 *
 * Real edits are recorded as what a comparison of older with newer has to find. Noise (order of sets and of members, null for
 * an empty list, what the service keeps by itself) is put everywhere and must not be found.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/policies/json-value.ts";
import { findFamily } from "../../simulator/src/families.ts";
import { recognize, unwrap } from "../../simulator/src/recognize.ts";
import { Random } from "../simulation/random.ts";
import { isSingle } from "./single-families.ts";

export interface ReleasedPolicy {
  id: string;
  family: string;
  document: JsonObject;
}

/** What comparing older with newer must find. `path` is dotted, without steps into lists. */
export interface ExpectedDifference {
  id: string;
  path: string;
  kind: "added" | "removed" | "changed";
  before: JsonValue;
  after: JsonValue;
}

export interface Releases {
  older: ReleasedPolicy[];
  newer: ReleasedPolicy[];
  addedIds: string[];
  removedIds: string[];
  differences: ExpectedDifference[];
}

/** Every policy of a folder of exports, with the simulator's judgement of its family. Groups and tables are none. */
export async function readRelease(folder: string): Promise<ReleasedPolicy[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const policies: ReleasedPolicy[] = [];
  for (const file of files) {
    const path = relative(folder, file);
    const content = unwrap(parseJson(await readFile(file)));
    if (content.kind === "skip") continue;
    for (const [at, document] of content.docs.entries()) {
      const recognition = recognize(document, path);
      if (recognition.kind !== "policy") continue;
      // Through JSON, so that it is what JSON can hold.
      const copy = toObject(JSON.parse(JSON.stringify(document)));
      const id = typeof copy["id"] === "string" ? copy["id"] : `template:${path}:${at}`;
      policies.push({ id, family: recognition.family.key, document: { ...copy, id } });
    }
  }
  return policies;
}

/** Makes both releases. Equal seeds make equal releases. Without real edits they differ in noise alone. */
export function makeReleases(
  policies: readonly ReleasedPolicy[],
  seed: number,
  { realEdits }: { realEdits: boolean } = { realEdits: true },
): Releases {
  const random = new Random(seed);
  const newer = policies.map((policy) => clone(policy));
  const releases: Releases = { older: [], newer, addedIds: [], removedIds: [], differences: [] };
  for (const policy of newer) {
    const older = clone(policy);
    // A tenant has each single object always.
    const comesAndGoes = realEdits && !isSingle(policy.family);
    if (comesAndGoes && random.chance(0.06)) {
      releases.addedIds.push(policy.id);
      continue;
    }
    if (realEdits && random.chance(0.5)) releases.differences.push(...editOnce(random, older, policy));
    releases.older.push({ ...older, document: toObject(withNoise(random, older.document, "")) });
    if (comesAndGoes && random.chance(0.05)) {
      const id = `retired:${policy.id}`;
      // Some are known by another property than their id.
      const known = { id, [findFamily(policy.family)?.idProperty ?? "id"]: id };
      releases.older.push({ ...clone(policy), id, document: { ...clone(policy).document, ...known } });
      releases.removedIds.push(id);
    }
  }
  return releases;
}

/** Writes a release as exporting tools do: several encodings, one policy a file or some in a list. */
export async function writeRelease(folder: string, policies: readonly ReleasedPolicy[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wrapped: JsonObject[] = [];
  for (const [at, { family, document }] of policies.entries()) {
    if (at % 7 === 6) {
      wrapped.push(document);
      continue;
    }
    await mkdir(join(folder, family), { recursive: true });
    await writeFile(join(folder, family, `${at}.json`), encode(JSON.stringify(document, null, 2), at % 3));
  }
  await writeFile(join(folder, "rest.json"), JSON.stringify({ value: wrapped }));
}

function encode(text: string, how: number): Buffer {
  if (how === 0) return Buffer.from(`\uFEFF${text}`, "utf16le");
  return Buffer.from(how === 1 ? `\uFEFF${text}` : text, "utf8");
}

function parseJson(bytes: Buffer): unknown {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  return JSON.parse(new TextDecoder(encoding).decode(bytes));
}

/** Properties of policies that the service keeps: noise changes them, real edits do not. */
const SERVICE_OWNED =
  /^(version|isAssigned|settingCount|creationSource|priorityMetaData|supportsScopeTags|policyType|requirementsSatisfied|isBuiltIn|isBuiltInRoleDefinition|payloads|publishingState|uploadState|size|deployedAppCount|dependentAppCount|supersedingAppCount|supersededAppCount|totalLicenseCount|usedLicenseCount|privacyAccessControls|policyConfigurationIngestionType|referencingConfigurationPolicyCount|isGlobalScript|highestAvailableVersion|deployableContentDisplayName|endOfSupportDate|releaseDateDisplayName|deviceReporting|newUpdates|inventorySyncStatus|defaultLocale|isAdminConfigurable|createdBy|lastModifiedBy|microsoftManagedDesktop|windowsSetting|imageDisplayName|cloudPcGroupDisplayName|selfServiceEnabled|isDefaultProfile|disableClientTelemetry|isMigratingToConfigurationPolicy|isServiceDefault|isServiceProvider|isInMultiTenantOrganization|policyVersion|numberMatchingRequiredState|(quality|feature)Updates(PauseStartDate|PauseExpiryDateTime|RollbackStartDateTime|WillBeRolledBack))$/;
/** What Graph tells of some kinds of policy and takes from nobody, by a member that such a policy has. */
const NOT_WRITTEN = new Map([
  ["templateId", "conditions"],
  ["permissions", "rolePermissions"],
]);
/**
 * Other members that real edits keep off: what is not content, copies of what a policy refers to, and what decides whether something
 * beside it counts.
 */
const NOT_CONTENT =
  /@odata|^#|DateTime$|^(id|ruleName|isEncrypted|secretReferenceValueId|templateDisplayName|templateDisplayVersion|authenticationStrength|definition|presentation|assignments|roleAssignments|appGroupType|notificationTemplateId)$/;
/** What names an element of a list: its edit is the removal of one and the addition of another. */
const NAMING =
  /^(settingDefinitionId|omaUri|actionType|appConfigKey|mobileAppIdentifier|bundleId|packageId|windowsAppId|returnCode|locale|language|Language|SettingName|cidrAddress|appId|key|name|displayName|value)$/;

/** Lists of generated policies whose order is content. */
const SEQUENCE = /(^|\.)primaryIdentityProviderPrecedenceOrder$/;

/** Absent, they are the default tag. */
const SCOPE_TAGS = /^roleScopeTag(Id)?s$/;

interface Place {
  /** Dotted, without steps into lists. */
  path: string;
  owner: JsonObject;
  name: string;
  inList: boolean;
}

/** One to three edits of the older document at places apart from each other. */
function editOnce(random: Random, older: ReleasedPolicy, newer: ReleasedPolicy): ExpectedDifference[] {
  const found: ExpectedDifference[] = [];
  const touched: string[] = [];
  const isFree = (path: string) =>
    touched.every((other) => path !== other && !path.startsWith(`${other}.`) && !other.startsWith(`${path}.`));
  const record = (path: string, difference: Omit<ExpectedDifference, "id" | "path">) => {
    touched.push(path);
    found.push({ id: newer.id, path, ...difference });
  };
  for (let edits = between(random, 1, 3); edits > 0; edits -= 1) {
    const places = placesIn(older.document).filter(({ path }) => isFree(path));
    const at = pick(random, places);
    const kind = between(random, 0, 4);
    if (kind === 0) {
      // Only the older release has it.
      const name = `retiredSetting${edits}`;
      older.document[name] = { level: edits };
      record(name, { kind: "removed", before: { level: edits }, after: null });
    } else if (kind === 1 && at && !at.inList && !at.path.includes(".") && !SCOPE_TAGS.test(at.path)) {
      const after = at.owner[at.name] ?? null;
      if (says(after) && delete at.owner[at.name]) record(at.path, { kind: "added", before: null, after });
    } else if (kind === 2) {
      const list = pick(
        random,
        places.filter(({ owner, name }) => isPlainList(owner[name])),
      );
      const values = list?.owner[list.name];
      if (!list || !Array.isArray(values)) continue;
      values.push("retired-member");
      record(list.path, { kind: "removed", before: "retired-member", after: null });
    } else {
      const leaf = pick(
        random,
        places.filter(({ owner, name, inList }) => isEditable(owner[name], name, inList)),
      );
      if (!leaf) continue;
      const after = leaf.owner[leaf.name] ?? null;
      leaf.owner[leaf.name] = otherValue(after);
      record(leaf.path, { kind: "changed", before: otherValue(after), after });
    }
  }
  return found;
}

function placesIn(document: JsonObject): Place[] {
  const places: Place[] = [];
  const walk = (value: JsonValue, path: string, inList: boolean): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, path, true);
    if (!isJsonObject(value)) return;
    // A session control that is off says nothing, and switching it on brings it whole.
    if (path.startsWith("sessionControls.") && typeof value["isEnabled"] === "boolean") return;
    for (const [name, member] of Object.entries(value)) {
      if (SERVICE_OWNED.test(name) || NOT_CONTENT.test(name)) continue;
      const below = path === "" ? name : `${path}.${name}`;
      const marker = NOT_WRITTEN.get(below);
      if (marker !== undefined && marker in value) continue;
      places.push({ path: below, owner: value, name, inList });
      walk(member, below, inList);
    }
  };
  walk(document, "", false);
  // An edit in one of several like elements could be told of any of them by its path: each path once.
  const times = new Map<string, number>();
  for (const { path } of places) times.set(path, (times.get(path) ?? 0) + 1);
  return places.filter(({ path }) => times.get(path) === 1);
}

function isPlainList(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

function isEditable(value: JsonValue | undefined, name: string, inList: boolean): boolean {
  if (inList && NAMING.test(name)) return false;
  return typeof value === "boolean" || typeof value === "number" || (typeof value === "string" && value !== "");
}

function otherValue(value: JsonValue): JsonValue {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return `${typeof value === "string" ? value : ""} (older)`;
}

/** Whether anything is left of a value without annotations and emptiness. */
function says(value: JsonValue): boolean {
  if (value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  if (!isJsonObject(value)) return true;
  return Object.entries(value).some(([name, member]) => !NOT_CONTENT.test(name) && says(member));
}

/** The same document, told differently. */
function withNoise(random: Random, value: JsonValue, path: string): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map((item) => withNoise(random, item, path));
    if (items.length === 0 && random.chance(0.5)) return null;
    return SEQUENCE.test(path) ? items : shuffled(random, items);
  }
  if (!isJsonObject(value)) return value === null && random.chance(0.3) ? [] : value;
  const members: [string, JsonValue][] = Object.entries(value)
    .filter(([, member]) => !(isNothing(member) && random.chance(0.3)))
    .map(([name, member]) => [name, noisyMember(random, name, member, path)]);
  if (random.chance(0.4))
    members.push([`later@odata.type`, "#String"], ["addedByService", pick(random, [null, [], {}]) ?? null]);
  if (path === "" && random.chance(0.8))
    members.push(
      ["version", between(random, 2, 90)],
      ["lastModifiedDateTime", "2020-02-02T02:02:02Z"],
      ["isAssigned", true],
    );
  return Object.fromEntries(shuffled(random, members));
}

function noisyMember(random: Random, name: string, member: JsonValue, path: string): JsonValue {
  if (/^(created|lastModified|modified)DateTime$/.test(name)) return "2019-01-01T00:00:00Z";
  if (path === "" && SERVICE_OWNED.test(name)) return random.chance(0.5) ? null : "kept by the service";
  return withNoise(random, member, path === "" ? name : `${path}.${name}`);
}

function isNothing(value: JsonValue): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function clone(policy: ReleasedPolicy): ReleasedPolicy {
  return structuredClone(policy);
}

function toObject(value: unknown): JsonObject {
  return z.record(z.string(), z.json()).parse(value);
}

/** Whole, both ends included. */
function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[random.below(items.length)];
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
