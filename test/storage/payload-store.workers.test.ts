import { describe, expect, it } from "vitest";
import { payloadKey, putPayload, readPayload } from "../../src/storage/payload-store.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { env } from "../support/environment.ts";

const TEXT = '{"displayName":"Politique de conformité 日本"}';

describe("The payload store", () => {
  it("keeps a text under the SHA-256 of its bytes and gives it back", async () => {
    const { hash, bytes } = await putPayload(env.ARTIFACTS, "tenant-a", TEXT);
    expect(hash).toBe(await sha256Hex(TEXT));
    expect(bytes).toBe(new TextEncoder().encode(TEXT).byteLength);
    expect(await readPayload(env.ARTIFACTS, "tenant-a", hash)).toEqual({
      kind: "found",
      text: TEXT,
      document: JSON.parse(TEXT),
    });
    const object = await env.ARTIFACTS.head(`tenants/tenant-a/payloads/sha256/${hash}`);
    expect(object?.httpMetadata?.contentType).toBe("application/json; charset=utf-8");
  });

  it("is not changed by storing the same again", async () => {
    const first = await putPayload(env.ARTIFACTS, "tenant-a", TEXT);
    expect(await putPayload(env.ARTIFACTS, "tenant-a", TEXT)).toEqual(first);
    const { objects } = await env.ARTIFACTS.list({ prefix: "tenants/tenant-a/" });
    expect(objects).toHaveLength(1);
  });

  it("never gives one tenant's content to another, not even that it exists", async () => {
    const { hash } = await putPayload(env.ARTIFACTS, "tenant-a", TEXT);
    expect(await readPayload(env.ARTIFACTS, "tenant-b", hash)).toEqual({ kind: "missing" });
  });

  it("tells content that is not what its address says", async () => {
    const hash = await sha256Hex("something else");
    await env.ARTIFACTS.put(payloadKey("tenant-a", hash), TEXT);
    expect(await readPayload(env.ARTIFACTS, "tenant-a", hash)).toEqual({ kind: "corrupt" });
    const noObject = await putPayload(env.ARTIFACTS, "tenant-a", "[1]");
    expect(await readPayload(env.ARTIFACTS, "tenant-a", noObject.hash)).toEqual({ kind: "corrupt" });
  });

  it("refuses addresses that would lead out of the tenant", () => {
    expect(() => payloadKey("tenant-a", "../x")).toThrow("address");
    expect(() => payloadKey("../tenant-b", "0".repeat(64))).toThrow("tenant");
  });
});
