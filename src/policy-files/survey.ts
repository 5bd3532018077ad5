/**
 * What a folder of exported policies holds, file by file. Each file is exactly one finding, so their numbers sum up to the number of files. Reads
 * one file at a time and keeps no documents. Calls nothing but what it is given to read the files by.
 */
import { sha256Hex } from "../digests/sha256.ts";
import type { KnownFamily } from "../graph/families.ts";
import { meaningRules } from "../graph/policy-meaning.ts";
import { compareCodeUnits, rfc8785Text } from "../policies/canonical-json.ts";
import { normalForm } from "../policies/policy-normal-form.ts";
import { partsByName, setAside } from "./file-paths.ts";
import type { FileFinding, FoundPolicy } from "./findings.ts";
import { type FileReading, type PolicyInFile, readPolicyFile } from "./read-policy-file.ts";

export interface FolderFile {
  /** With slashes, from the folder that was given. No two are equal. */
  path: string;
  /** Its bytes, or a sentence that says why there are none. */
  read: () => Promise<Uint8Array | string>;
}

/** The findings in the order of the paths. Rejects when a file cannot be read at all. */
export async function surveyFolder(files: readonly FolderFile[]): Promise<FileFinding[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = [...byPath.keys()].toSorted(compareCodeUnits);
  const parts = partsByName(paths);
  const survey = new Survey();
  const owned = new Map<string, { path: string; role: "settings" | "assignments" }[]>();
  for (const [path, { owner, role }] of parts) owned.set(owner, [...(owned.get(owner) ?? []), { path, role }]);

  const partOwners = new Map<string, string>();
  // Copies that a tool put beside the export proper come last: of two equal policies the first is taken.
  for (const path of paths.toSorted((a, b) => rank(a) - rank(b) || compareCodeUnits(a, b))) {
    const aside = setAside(path);
    if (aside !== null) {
      const { kind, reasonCode, reason } = aside;
      survey.findings.set(path, { kind, path, reasonCode, reason });
      continue;
    }
    const candidates = owned.get(path) ?? [];
    const read = async (of: string) => (await byPath.get(of)?.read()) ?? new Uint8Array();
    const joined: { role: "settings" | "assignments"; bytes: Uint8Array }[] = [];
    const own = await read(path);
    if (typeof own === "string") {
      survey.findings.set(path, { kind: "not_understood", path, reasonCode: "unreadable_entry", reason: own });
      continue;
    }
    for (const { path: part, role } of candidates) {
      const bytes = await read(part);
      if (typeof bytes !== "string") joined.push({ role, bytes });
    }
    const reading = readPolicyFile(path, own, joined);
    await survey.add(
      path,
      reading,
      candidates.map((candidate) => candidate.path),
    );
    if (reading.kind === "policies") for (const candidate of candidates) partOwners.set(candidate.path, path);
  }
  for (const [path, finding] of survey.findings) {
    if (finding.kind !== "part") continue;
    const owner = partOwners.get(path);
    survey.findings.set(path, owner === undefined ? withoutOwner(path) : { ...finding, of: owner });
  }
  return paths.map((path) => {
    const finding = survey.findings.get(path);
    if (finding === undefined) throw new Error("a file has no finding");
    return finding;
  });
}

function rank(path: string): number {
  return path.split("/").includes("NativeImport") ? 1 : 0;
}

function withoutOwner(path: string): FileFinding {
  const reason =
    "It is a part of a policy (settings, values or assignments), and the policy's own file is not beside it.";
  return { kind: "not_understood", path, reasonCode: "no_owner", reason };
}

/** A policy that was taken. */
interface Taken {
  path: string;
  ownId: string | null;
}

class Survey {
  readonly findings = new Map<string, FileFinding>();
  readonly #byContent = new Map<string, Taken[]>();
  readonly #byId = new Map<string, Taken>();
  readonly #byName = new Map<string, Taken>();

  async add(path: string, reading: FileReading, parts: readonly string[]): Promise<void> {
    if (reading.kind === "policies") {
      this.findings.set(path, await this.#takenFrom(path, reading, parts));
      return;
    }
    this.findings.set(path, findingOf(path, reading));
  }

  async #takenFrom(
    path: string,
    { policies, unread, notices, names }: Extract<FileReading, { kind: "policies" }>,
    parts: readonly string[],
  ): Promise<FileFinding> {
    const taken: FoundPolicy[] = [];
    const told = [...notices];
    const left = unread.map(({ at, reason }) => ({ at, reason }));
    let copyOf: string | null = null;
    for (const policy of policies) {
      const hash = await contentHash(policy);
      const twin = this.#twinOf(policy, hash);
      if (twin !== null) {
        copyOf = twin.path;
        if (policies.length > 1)
          told.push(`"${policy.name}" is a copy of what ${twin.path} has, and was taken from there.`);
        continue;
      }
      const { family, ownId, name, at } = policy;
      const sameId = ownId === null ? undefined : this.#byId.get(keyOf(family, ownId));
      if (sameId !== undefined && family.single !== null) {
        left.push({
          at,
          reason: `A tenant has one ${family.single.name}, and ${sameId.path} has it with other content.`,
        });
        continue;
      }
      const isFree = ownId !== null && sameId === undefined;
      const graphId = isFree ? ownId : await madeUpId(family, path, at);
      if (sameId !== undefined)
        told.push(`${sameId.path} has another policy under the same id: this one was given an id of its own.`);
      const sameName = this.#byName.get(keyOf(family, name));
      if (sameName !== undefined && sameId === undefined)
        told.push(`${sameName.path} has a policy of the same kind and name, with other content: both are taken.`);
      const entry: Taken = { path, ownId };
      const content = keyOf(family, hash);
      this.#byContent.set(content, [...(this.#byContent.get(content) ?? []), entry]);
      if (isFree) this.#byId.set(keyOf(family, ownId), entry);
      this.#byName.set(keyOf(family, name), entry);
      taken.push({ at, family: family.key, graphId, name });
    }
    if (taken.length > 0)
      return {
        kind: "policy",
        path,
        policies: taken,
        parts: [...parts],
        names: names.length,
        unread: left,
        notices: told,
      };
    const [first] = left;
    if (first !== undefined) return { kind: "not_understood", path, reasonCode: "second_of_one", reason: first.reason };
    return { kind: "copy", path, of: copyOf ?? path };
  }

  /** The policy that this one is a copy of. Others may refer to each of two by its id, where they refer to policies of the family at all. */
  #twinOf({ family, ownId }: PolicyInFile, hash: string): Taken | null {
    const twins = this.#byContent.get(keyOf(family, hash)) ?? [];
    const isAny = family.referenceKind === null || ownId === null;
    return twins.find((twin) => isAny || twin.ownId === ownId) ?? null;
  }
}

function findingOf(path: string, reading: Exclude<FileReading, { kind: "policies" }>): FileFinding {
  switch (reading.kind) {
    case "reference":
      return { kind: "reference", path, names: reading.names.length };
    case "part":
      return { kind: "part", path, of: "" };
    case "other_model":
      return {
        kind: "other_model",
        path,
        reasonCode: "other_tool",
        reason: `It is in the form of ${reading.model}, which is not read. Export the policies by Microsoft Graph or IntuneManagement.`,
      };
    case "not_understood":
      return { kind: "not_understood", path, reasonCode: reading.reasonCode, reason: reading.reason };
  }
}

function keyOf(family: KnownFamily, value: string): string {
  return `${family.key} ${value}`;
}

/** Of what the policy says, its name included: not of its id, its times and what else the service keeps for itself. */
function contentHash({ family, document }: PolicyInFile): Promise<string> {
  return sha256Hex(rfc8785Text(normalForm(meaningRules(family.key), document)));
}

/** The same for the same place in the same folder, in the form of Graph's own ids. */
async function madeUpId(family: KnownFamily, path: string, at: number): Promise<string> {
  const hash = await sha256Hex(JSON.stringify([family.key, path, at]));
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
}
