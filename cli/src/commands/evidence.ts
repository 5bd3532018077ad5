/** Evidence snapshots and review packs. */
import { createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { evidenceRoutes } from "../../../src/contract/routes/evidence.ts";
import { reviewPackRoutes } from "../../../src/contract/routes/review-packs.ts";
import type { ReviewPack } from "../../../src/contract/review-packs.ts";
import type { Context, Result } from "../context.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { listResult } from "../output/list-result.ts";
import { when } from "../output/times.ts";
import { runToEnd, type WaitOptions } from "../runs/run-result.ts";
import { judgePack } from "../verify/pack.ts";

export async function takeEvidence(context: Context, tenantId: string, options: WaitOptions): Promise<Result> {
  return runToEnd(context, tenantId, "evidence.snapshot", {}, options);
}

export async function listEvidence(context: Context, tenantId: string, { limit }: { limit: number }): Promise<Result> {
  const page = await context.api.call(evidenceRoutes.snapshots, {
    params: { tenantId },
    query: { limit },
  });
  return listResult(
    context,
    [
      { title: "Id", cell: ({ id }) => id },
      { title: "State", cell: ({ status }) => status },
      { title: "Items", cell: ({ itemCount }) => itemCount, right: true },
      { title: "Exceptions", cell: ({ exceptionCount }) => exceptionCount, right: true },
      { title: "Taken", cell: ({ takenAt }) => when(takenAt) },
      { title: "Merkle root", cell: ({ merkleRoot }) => merkleRoot },
    ],
    page,
  );
}

/** Has the server recompute a snapshot from what it has stored. */
export async function verifyEvidence(context: Context, tenantId: string, snapshotId: string): Promise<Result> {
  const verdict = await context.api.call(evidenceRoutes.verification, { params: { tenantId, snapshotId } });
  return {
    code: verdict.matches ? EXIT.succeeded : EXIT.failed,
    json: { verification: verdict },
    lines: [
      `items       ${verdict.items}`,
      `recorded    ${verdict.storedRoot ?? "none"}`,
      `recomputed  ${verdict.recomputedRoot ?? "none"}`,
      verdict.matches ? "The evidence is what was recorded." : "THE EVIDENCE IS NOT WHAT WAS RECORDED.",
    ],
  };
}

export interface PackOptions extends WaitOptions {
  snapshot?: string;
}

export async function makePack(context: Context, tenantId: string, { snapshot, wait }: PackOptions): Promise<Result> {
  return runToEnd(
    context,
    tenantId,
    "review-pack.generate",
    snapshot === undefined ? {} : { evidenceSnapshotId: snapshot },
    {
      wait,
    },
  );
}

export async function listPacks(context: Context, tenantId: string, { limit }: { limit: number }): Promise<Result> {
  const page = await context.api.call(reviewPackRoutes.list, {
    params: { tenantId },
    query: { limit },
  });
  return listResult(
    context,
    [
      { title: "Id", cell: ({ id }) => id },
      { title: "State", cell: ({ status }) => status },
      { title: "Files", cell: ({ fileCount }) => fileCount, right: true },
      { title: "Bytes", cell: ({ archiveBytes }) => archiveBytes, right: true },
      { title: "Of", cell: ({ snapshotTakenAt }) => when(snapshotTakenAt) },
      { title: "Kept until", cell: ({ expiresAt }) => (expiresAt === null ? null : when(expiresAt)) },
    ],
    page,
  );
}

export interface DownloadOptions {
  output?: string;
  force?: true;
}

/** Downloads a pack, the newest complete one where none is named, and checks it against the hash that the server has recorded. */
export async function downloadPack(
  context: Context,
  tenantId: string,
  named: string | undefined,
  { output, force }: DownloadOptions,
): Promise<Result> {
  const { api } = context;
  const pack =
    named === undefined
      ? await newestPack(context, tenantId)
      : await api.call(reviewPackRoutes.show, { params: { tenantId, packId: named } });
  const file = path.resolve(output ?? path.basename(pack.archiveName));
  if (existsSync(file) && force !== true) {
    throw new CommandError(`${file} exists.`, { hint: "Overwrite it with --force, or name another by --output." });
  }
  const response = await api.open(reviewPackRoutes.download, { params: { tenantId, packId: pack.id } });
  if (response.body === null) throw new CommandError("The download is empty.", { code: EXIT.failed });
  const body: AsyncIterable<Uint8Array> = response.body;
  const hash = createHash("sha256");
  const draft = `${file}.part`;
  try {
    const noting = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(Readable.from(body), noting, createWriteStream(draft));
    const digest = hash.digest("hex");
    if (digest !== pack.archiveHash) {
      throw new CommandError(`What came is not what the server has recorded: ${digest}.`, {
        code: EXIT.failed,
        hint: "Try again.",
      });
    }
    renameSync(draft, file);
    return {
      code: EXIT.succeeded,
      json: { pack, file },
      lines: [file, `SHA-256 ${digest}, as the server has recorded it.`],
    };
  } finally {
    rmSync(draft, { force: true });
  }
}

async function newestPack({ api }: Context, tenantId: string): Promise<ReviewPack> {
  const pages = api.all((cursor) =>
    api.call(reviewPackRoutes.list, { params: { tenantId }, query: { cursor, limit: 50 } }),
  );
  for await (const pack of pages) if (pack.status === "complete") return pack;
  throw new CommandError("The tenant has no pack that can be downloaded.", {
    code: EXIT.notFound,
    hint: `Make one: tenantatlas pack create --tenant ${tenantId}`,
  });
}

/** Verifies a pack on this machine alone: each file against its manifest, and the evidence against its Merkle root. */
export async function verifyPack(file: string, { root }: { root?: string }): Promise<Result> {
  const verdict = await judgePack(file, root);
  return {
    code: verdict.faults.length === 0 ? EXIT.succeeded : EXIT.failed,
    json: { file, ...verdict },
    lines: verdict.lines,
  };
}
