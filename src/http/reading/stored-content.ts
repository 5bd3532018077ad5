/** A policy's stored document as an answer. */
import { type PayloadReading, readPayload } from "../../storage/payload-store.ts";
import { logEvent } from "../../observability/log.ts";
import { ApiError } from "../routing/problems.ts";
import type { ReadingEnv } from "../routing/served.ts";

/** The document word for word, with its address as entity tag. */
export async function storedContent(
  env: ReadingEnv,
  tenantId: string,
  contentHash: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { text } = await readStored(env, tenantId, contentHash);
  return new Response(text, {
    headers: { "content-type": "application/json; charset=utf-8", etag: `"${contentHash}"`, ...headers },
  });
}

/** The payload; what cannot be read although a row refers to it is an error event and `content_unavailable`. */
export async function readStored(
  env: ReadingEnv,
  tenantId: string,
  contentHash: string,
): Promise<Extract<PayloadReading, { kind: "found" }>> {
  const payload = await readPayload(env.ARTIFACTS, tenantId, contentHash);
  if (payload.kind === "found") return payload;
  logEvent("error", "payload_unreadable", { tenantId, contentHash, reason: payload.kind });
  throw new ApiError("content_unavailable");
}
