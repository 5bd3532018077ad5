/** What a person chose to import: one ZIP archive, or the files of a folder. Pure. */
import { MAX_UPLOAD_BYTES, MAX_UPLOAD_ENTRIES } from "../../contract/policy-files.ts";
import { counted, digits } from "../components/digits.ts";
import type { ChosenFile } from "./zip-folder.ts";

export type Choice =
  | { kind: "archive"; name: string; archive: Blob }
  | { kind: "folder"; name: string; files: ChosenFile[] };

const MEGABYTE = 1_024 * 1_024;

/** Folders of tools, in which nothing of an export lies: they may hold more than everything else. */
const OF_TOOLS = new Set([".git", "node_modules", "__MACOSX"]);

export function chosenFolder(files: readonly File[]): Choice | null {
  const [first] = files;
  if (first === undefined) return null;
  const name = first.webkitRelativePath.split("/")[0] ?? "";
  const kept = files
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !path.split("/").some((folder) => OF_TOOLS.has(folder)));
  return { kind: "folder", name: name === "" ? "Folder" : name, files: kept };
}

export function chosenArchive(file: File): Choice {
  return { kind: "archive", name: file.name, archive: file };
}

/** A sentence why it cannot be uploaded; null where it can be tried. */
export function refusalOf(choice: Choice): string | null {
  if (choice.kind === "archive")
    return choice.archive.size > MAX_UPLOAD_BYTES
      ? `The archive is larger than ${MAX_UPLOAD_BYTES / MEGABYTE} MB.`
      : null;
  if (choice.files.length === 0) return "The folder has no files.";
  if (choice.files.length > MAX_UPLOAD_ENTRIES)
    return `The folder has ${counted(choice.files.length, "file", "files")}; the limit is ${digits(MAX_UPLOAD_ENTRIES)}. Choose a folder within it.`;
  return null;
}

/** What the set is called unless a person says otherwise. */
export function setNameOf({ name }: Choice): string {
  return (
    name
      .replace(/\.zip$/i, "")
      .slice(0, 200)
      .trim() || "Imported files"
  );
}
