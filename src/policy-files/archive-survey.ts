/** An uploaded archive: opened within limits, and surveyed file by file. */
import {
  type ArchiveLimits,
  type ArchiveOpening,
  type ByteSource,
  openArchive,
  UnreadableEntry,
} from "../archives/open-archive.ts";
import { MAX_SHOWN_FILES, MAX_UPLOAD_ENTRIES, type FileCounts, type UploadReport } from "../contract/policy-files.ts";
import { FAMILIES } from "../graph/families.ts";
import type { FileFinding } from "./findings.ts";
import { setAside } from "./file-paths.ts";
import { MAX_FILE_BYTES } from "./read-policy-file.ts";
import { surveyFolder } from "./survey.ts";

export const UPLOAD_LIMITS: ArchiveLimits = {
  entries: MAX_UPLOAD_ENTRIES,
  totalBytes: 128 * 1_024 * 1_024,
  fileBytes: MAX_FILE_BYTES,
  // JSON in UTF-16 with its blanks is packed some thirty times smaller.
  ratio: 200,
  pathLength: 400,
};

export function openUpload(source: ByteSource): Promise<ArchiveOpening> {
  return openArchive(source, UPLOAD_LIMITS, (path) => setAside(path) === null);
}

export type ArchiveSurvey =
  | { kind: "surveyed"; findings: FileFinding[] }
  /** A sentence for people. */
  | { kind: "refused"; reason: string };

/** Reads all files of the archive, one at a time. Rejects when the source does. */
export async function surveyArchive(source: ByteSource): Promise<ArchiveSurvey> {
  const opening = await openUpload(source);
  if (opening.kind === "refused") return opening;
  if (opening.files.length === 0) return { kind: "refused", reason: "It has no files." };
  const files = opening.files.map(({ path, read }) => ({ path, read: () => bytesOrReason(read) }));
  return { kind: "surveyed", findings: await surveyFolder(files) };
}

/** The bytes, or the sentence that says why there are none. */
export async function bytesOrReason(read: () => Promise<Uint8Array>): Promise<Uint8Array | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableEntry) return error.message;
    throw error;
  }
}

export function countsOf(findings: readonly FileFinding[]): FileCounts {
  const counts: FileCounts = {
    policy: 0,
    part: 0,
    reference: 0,
    copy: 0,
    skipped: 0,
    other_model: 0,
    not_understood: 0,
  };
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}

export function policyCountOf(findings: readonly FileFinding[]): number {
  return findings.reduce((sum, finding) => sum + (finding.kind === "policy" ? finding.policies.length : 0), 0);
}

export function reportOf(findings: readonly FileFinding[]): UploadReport {
  const policies = new Map<string, number>();
  for (const finding of findings)
    for (const { family } of finding.kind === "policy" ? finding.policies : [])
      policies.set(family, (policies.get(family) ?? 0) + 1);
  const families = FAMILIES.flatMap(({ key, label }) => {
    const policyCount = policies.get(key) ?? 0;
    return policyCount === 0 ? [] : [{ key, label, policyCount }];
  });
  const problems = findings.flatMap((finding) => problemsOf(finding));
  const notices = findings.flatMap((finding) =>
    finding.kind === "policy" ? finding.notices.map((text) => ({ path: finding.path, text })) : [],
  );
  return {
    counts: countsOf(findings),
    families,
    problems: problems.slice(0, MAX_SHOWN_FILES),
    notices: notices.slice(0, MAX_SHOWN_FILES),
  };
}

function problemsOf(finding: FileFinding): UploadReport["problems"] {
  const { kind, path } = finding;
  if (kind === "not_understood" || kind === "other_model")
    return [{ path, kind, reasonCode: finding.reasonCode, reason: finding.reason }];
  if (kind !== "policy" || finding.unread.length === 0) return [];
  return [{ path, kind, reasonCode: "partly_understood", reason: partly(finding) }];
}

/** Why a file was taken in part only. */
export function partly({ policies, unread }: Extract<FileFinding, { kind: "policy" }>): string {
  const [first] = unread;
  const more = unread.length > 1 ? " So it is with others." : "";
  const name = policies[0]?.name ?? "";
  return `It was taken in part: "${name}" was, for one. Its document ${(first?.at ?? 0) + 1} was not. ${first?.reason ?? ""}${more}`;
}
