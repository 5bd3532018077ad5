/** What the path of a file in an export says without a look into it. Paths have slashes, and begin at the folder or the archive that was given. Pure. */

export function foldersOf(path: string): string[] {
  return path.split("/").slice(0, -1);
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The name of a folder as families' files spell it: letters and digits in small letters. */
export function folderName(folder: string): string {
  return folder.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** A file that is not looked into, with a stable code and a sentence. */
export interface SetAside {
  kind: "skipped" | "not_understood";
  reasonCode: "technical" | "no_policy_file" | "deleted" | "tool_file" | "yaml" | "secrets";
  reason: string;
}

const SECRETS: SetAside = {
  kind: "not_understood",
  reasonCode: "secrets",
  reason: "It holds codes that unlock devices. TenantAtlas takes no secrets in.",
};
const YAML: SetAside = {
  kind: "not_understood",
  reasonCode: "yaml",
  reason: "It is YAML, as IntuneCD writes it on request. Only JSON is read: let IntuneCD write JSON.",
};

/** Why the file is not read; null for one that is. */
export function setAside(path: string): SetAside | null {
  const folders = foldersOf(path);
  const name = fileName(path).toLowerCase();
  if (folders.some((folder) => folderName(folder) === "activationlockbypasscodes")) return SECRETS;
  if (folders.includes("__archive__"))
    return skipped("deleted", "IntuneCD keeps there what was deleted from the tenant.");
  if (folders.includes("__MACOSX") || [...folders, name].some((segment) => segment.startsWith(".")))
    return skipped("technical", "It belongs to a tool or to an operating system, not to the export.");
  if (
    ["bulkexport.json", "bulkimport.json"].includes(name) ||
    folders.some((folder) => folderName(folder) === "assignmentreport")
  )
    return skipped("tool_file", "A tool notes there what it did.");
  const extension = /\.([^.]+)$/.exec(name)?.[1] ?? "";
  if (extension === "json") return null;
  if (extension === "yaml" || extension === "yml") return YAML;
  if (["ps1", "sh", "mobileconfig", "xml", "admx", "adml"].includes(extension))
    return skipped("no_policy_file", "It is a copy or an attachment: the policy's JSON counts.");
  return skipped("no_policy_file", "Files of this kind hold no policies.");
}

function skipped(reasonCode: SetAside["reasonCode"], reason: string): SetAside {
  return { kind: "skipped", reasonCode, reason };
}

/** Which files may be parts of others, by their names: the path of a part to the path of the file that it may belong to. */
export function partsByName(
  paths: readonly string[],
): Map<string, { owner: string; role: "settings" | "assignments" }> {
  const byFolded = new Map(paths.map((path) => [path.toLowerCase(), path]));
  const parts = new Map<string, { owner: string; role: "settings" | "assignments" }>();
  for (const path of paths) {
    const folded = path.toLowerCase();
    const beside = /^(.+)_(settings|assignments)\.json$/.exec(folded);
    const below = /^(.*\/)?assignments\/([^/]+\.json)$/.exec(folded);
    const owner =
      beside === null ? below && byFolded.get(`${below[1] ?? ""}${below[2]}`) : byFolded.get(`${beside[1]}.json`);
    if (typeof owner === "string")
      parts.set(path, { owner, role: beside?.[2] === "settings" ? "settings" : "assignments" });
  }
  return parts;
}
