/** Files of an invented export, and what is found of them. */
import { surveyFolder } from "../../src/policy-files/survey.ts";
import type { FileFinding } from "../../src/policy-files/findings.ts";

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function utf16(text: string, order: "little" | "big" = "little", mark = true): Uint8Array {
  const bytes = new Uint8Array((text.length + (mark ? 1 : 0)) * 2);
  const view = new DataView(bytes.buffer);
  for (const [at, letter] of [
    ...(mark ? ["\ufeff"] : []),
    ...Array.from({ length: text.length }, (_, i) => text.charAt(i)),
  ].entries())
    view.setUint16(at * 2, letter.charCodeAt(0), order === "little");
  return bytes;
}

/** Text and documents as UTF-8; bytes as they are. */
export type Folder = Record<string, unknown>;

export async function found(folder: Folder): Promise<FileFinding[]> {
  const findings = await surveyFolder(
    Object.entries(folder).map(([path, content]) => ({ path, read: () => Promise.resolve(bytesOf(content)) })),
  );
  if (findings.length !== Object.keys(folder).length) throw new Error("not each file is one finding");
  return findings;
}

export function bytesOf(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return utf8(typeof content === "string" ? content : JSON.stringify(content));
}

export function countsOf(findings: readonly FileFinding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export function policiesOf(findings: readonly FileFinding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const finding of findings)
    if (finding.kind === "policy")
      for (const { family } of finding.policies) counts[family] = (counts[family] ?? 0) + 1;
  return counts;
}
