/**
 * Loads exported policies, as tools write them: several encodings, several layouts, ids and read-only properties kept. What Graph's
 * model does not have is left out unless asked for: templates of some tools are wider than Graph, which would refuse them.
 */
import { z } from "zod";
import { familyOf } from "./families.ts";
import { type Family } from "./family.ts";
import { intake, newId } from "./intake.ts";
import { type Doc, docList, text } from "./json.ts";
import { GROUP_DEFAULTS, keepNamed } from "./named-things.ts";
import { recognize, unwrap } from "./recognize.ts";
import { shownIn } from "./schema/model-view.ts";
import type { Store } from "./store.ts";

export const loadSchema = z.strictObject({
  /** `path` is relative to the loaded folder: the folders in it help to tell the family. */
  files: z.array(z.strictObject({ path: z.string().min(1), base64: z.base64() })).max(500),
  /** Keeps what Graph's model does not have, as a tenant would that is ahead of the model. */
  asIs: z.boolean().default(false),
});

export interface LoadReport {
  loaded: { path: string; family: string; id: string; name: string | null }[];
  skipped: { path: string; reason: string }[];
}

export function loadFiles(store: Store, input: z.infer<typeof loadSchema>, now: number): LoadReport {
  const report: LoadReport = { loaded: [], skipped: [] };
  for (const { path, base64 } of input.files) {
    const json = decode(base64);
    if (json.kind === "skip") {
      report.skipped.push({ path, reason: json.reason });
      continue;
    }
    const unwrapped = unwrap(json.value);
    if (unwrapped.kind === "skip") report.skipped.push({ path, reason: unwrapped.reason });
    else
      for (const doc of unwrapped.docs)
        loadOne(store, path, doc, { when: new Date(now).toISOString(), asIs: input.asIs }, report);
  }
  return report;
}

type Decoded = { kind: "json"; value: unknown } | { kind: "skip"; reason: string };

/** UTF-8, UTF-8 with a BOM, UTF-16 in either order with a BOM. */
function decode(base64: string): Decoded {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    // The decoder drops the byte order mark by itself.
    const value: unknown = JSON.parse(new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes));
    return { kind: "json", value };
  } catch (error) {
    return {
      kind: "skip",
      reason: `not readable as ${encoding} JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

interface Manner {
  /** ISO 8601, for policies without dates of their own. */
  when: string;
  asIs: boolean;
}

function loadOne(store: Store, path: string, doc: Doc, { when, asIs }: Manner, report: LoadReport): void {
  const recognition = recognize(doc, path);
  switch (recognition.kind) {
    case "unknown":
      report.skipped.push({ path, reason: recognition.reason });
      return;
    case "group":
    case "policy": {
      const { family, type } =
        recognition.kind === "group" ? { family: familyOf("groups"), type: "group" } : recognition;
      const id = family.single ?? text(doc[family.idProperty]) ?? newId(store, family, type);
      const whole = normalized(family, doc);
      const policy = intake(family, id, type, asIs ? whole : shownIn("beta", type, whole), when);
      store.putPolicy(family, id, policy);
      keepNamed(store, family, policy);
      report.loaded.push({
        path,
        family: family.key,
        id,
        name: text(doc[family.nameProperty]) ?? text(doc["displayName"]) ?? null,
      });
    }
  }
}

function ruledBy(group: Doc): Doc {
  if (text(group["membershipRule"]) === undefined) return {};
  return { groupTypes: ["DynamicMembership"], membershipRuleProcessingState: "On" };
}

/** Templates name some things differently from Graph. */
function normalized(family: Family, doc: Doc): Doc {
  const next = { ...doc };
  if (family.nameProperty === "name") {
    next["name"] ??= next["displayName"];
    delete next["displayName"];
  }
  if (family.key === "conditionalAccess") next["state"] ??= "disabled";
  if (family.key === "groups") return { ...GROUP_DEFAULTS, ...ruledBy(next), ...next };
  if (family.key === "notifications") {
    const messages = docList(doc["localizedNotificationMessages"]) ?? docList(doc["localizedMessages"]);
    if (messages === undefined) return next;
    delete next["localizedMessages"];
    next["localizedNotificationMessages"] = messages;
    next["defaultLocale"] ??= messages.find(({ isDefault }) => isDefault === true)?.["locale"] ?? null;
  }
  return next;
}
