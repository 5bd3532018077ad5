/** One file of an export, read on its own, with the files that may be parts of it. Pure. */
import type { KnownFamily } from "../graph/families.ts";
import { nameOf, policyIdOf } from "../graph/policy-facts.ts";
import { isJsonObject, type JsonObject } from "../policies/json-value.ts";
import { documentsOf, type NotUnderstood, readJson } from "./file-documents.ts";
import { graphForm, type Part } from "./graph-form.ts";
import { readText } from "./read-text.ts";
import { recognize } from "./recognize.ts";
import { nameOfGroup, namesInTable, type ToldName } from "./told-names.ts";

/** A file may be larger than any policy that Intune takes; no file that a tool writes is. */
export const MAX_FILE_BYTES = 4 * 1_024 * 1_024;
/** Policies in one file: they become items together. */
export const MAX_POLICIES_PER_FILE = 500;

export interface PolicyInFile {
  /** Its place among the documents of the file, from 0. */
  at: number;
  family: KnownFamily;
  /** The id that it has in the tenant it comes from; null where the file tells none. */
  ownId: string | null;
  name: string;
  /** As Graph would tell it, with the id that the file tells. */
  document: JsonObject;
}

/** A document of a file with several that was not taken. */
export interface UnreadDocument extends NotUnderstood {
  at: number;
}

export type FileReading =
  | {
      kind: "policies";
      policies: PolicyInFile[];
      unread: UnreadDocument[];
      /** Of groups of chosen members that stand among them. */
      names: ToldName[];
      notices: string[];
    }
  /** Groups, or a table of names: nothing that is restored. */
  | { kind: "reference"; names: ToldName[] }
  | { kind: "part" }
  | { kind: "other_model"; model: string }
  | ({ kind: "not_understood" } & NotUnderstood);

/** @param parts the bytes of files that may belong to it; what cannot be read of them is none. */
export function readPolicyFile(
  path: string,
  bytes: Uint8Array,
  parts: readonly { role: Part["role"]; bytes: Uint8Array }[] = [],
): FileReading {
  if (bytes.byteLength > MAX_FILE_BYTES)
    return { kind: "not_understood", reasonCode: "too_large", reason: "It is larger than 4 MB." };
  const text = readText(bytes);
  if (text.kind === "unreadable") return { kind: "not_understood", reasonCode: "unreadable_text", reason: text.reason };
  const json = readJson(text.text);
  if (json.kind === "not_understood") return json;
  const found = documentsOf(json.value);
  if (found.kind === "migration_table") return { kind: "reference", names: namesInTable(found.objects) };
  if (found.kind !== "documents") return found;
  if (found.documents.length > MAX_POLICIES_PER_FILE)
    return {
      kind: "not_understood",
      reasonCode: "too_large",
      reason: `It holds more than ${MAX_POLICIES_PER_FILE} policies.`,
    };

  const joined = found.documents.length === 1 ? parts.flatMap(partOf) : [];
  const notices = new Set([...(text.notice === null ? [] : [text.notice]), ...found.notices]);
  const policies: PolicyInFile[] = [];
  const unread: UnreadDocument[] = [];
  const names: ToldName[] = [];
  for (const [at, one] of found.documents.entries()) {
    const recognition = recognize(one, path);
    if (recognition.kind === "group") {
      names.push(...nameOfGroup(one.document));
      continue;
    }
    if (recognition.kind === "not_understood") {
      const { reasonCode, reason } = recognition;
      unread.push({ at, reasonCode, reason });
      continue;
    }
    const { family } = recognition;
    const form = graphForm(family, recognition.document, joined);
    const name = nameOf(family, form.document);
    if (name === null) {
      unread.push({ at, reasonCode: "no_name", reason: `It looks like one of ${family.label}, and has no name.` });
      continue;
    }
    policies.push({ at, family, ownId: idIn(family, form.document), name, document: form.document });
    for (const notice of form.notices) notices.add(notice);
  }
  const [first] = unread;
  if (policies.length > 0) return { kind: "policies", policies, unread, names, notices: [...notices] };
  if (first !== undefined) return { kind: "not_understood", reasonCode: first.reasonCode, reason: first.reason };
  return { kind: "reference", names };
}

/** The content of a part, if that can be read, and is no policy itself. */
function partOf({ role, bytes }: { role: Part["role"]; bytes: Uint8Array }): Part[] {
  const text = readText(bytes);
  const json = text.kind === "text" ? readJson(text.text) : null;
  if (json?.kind !== "json" || isNamed(json.value)) return [];
  return [{ role, value: json.value }];
}

function isNamed(value: unknown): boolean {
  return isJsonObject(value) && (typeof value["displayName"] === "string" || typeof value["name"] === "string");
}

/** Graph's ids are short; what else stands there is none. */
function idIn(family: KnownFamily, document: JsonObject): string | null {
  if (family.single !== null) return family.single.id;
  const id = policyIdOf(family, document);
  return id !== null && id.length <= 200 && id.isWellFormed() && !/\p{Cc}/u.test(id) ? id : null;
}
