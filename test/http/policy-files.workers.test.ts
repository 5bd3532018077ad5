/** Uploads of policy files over HTTP: who may, what is refused, and that nothing of one tenant reaches another. */
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_UPLOAD_BYTES, policyUploadSchema } from "../../src/contract/policy-files.ts";
import { zipOf } from "../operations/policy-files/uploads.ts";
import { env } from "../support/environment.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";

beforeAll(seedDemoData);

const FOLDER = { "ScopeTags/Berlin.json": { displayName: "Berlin", id: "7" } };

function upload(body: BodyInit, { tenant = "contoso", as = "owner", media = "application/zip", name = "A.zip" } = {}) {
  return request(`/api/tenants/${tenant}/policy-files?name=${encodeURIComponent(name)}`, {
    method: "POST",
    as,
    headers: { "content-type": media },
    body,
  });
}

const kept = async () => (await env.ARTIFACTS.list({ prefix: "tenants/tenant-contoso/policy-files/" })).objects.length;

describe("An upload of policy files", () => {
  it("says what was found, and can be read again, imported once, and by its tenant alone", async () => {
    const response = await upload(await zipOf(FOLDER));
    expect(response.status).toBe(201);
    const found = policyUploadSchema.parse(await response.json());
    expect(found).toMatchObject({ name: "A.zip", fileCount: 1, policyCount: 1, runId: null, counts: { policy: 1 } });
    expect(response.headers.get("location")).toBe(`/api/tenants/contoso/policy-files/${found.id}`);
    expect(await (await request(`/api/tenants/contoso/policy-files/${found.id}`)).json()).toEqual(found);

    expect((await request(`/api/tenants/fabrikam/policy-files/${found.id}`)).status).toBe(404);
    const start = (tenant: string, name: string) =>
      post(`/api/tenants/${tenant}/operations`, { type: "backup-set.import", input: { uploadId: found.id, name } });
    expect(await problemOf(await start("fabrikam", "Theirs"))).toMatchObject({
      fields: [{ path: "input.uploadId", message: "is not an upload of this tenant" }],
    });
    expect((await start("contoso", "Ours")).status).toBe(202);
    expect(await problemOf(await start("contoso", "Ours too"))).toMatchObject({ code: "invalid_input" });
  });

  it("is refused to readers, as other media, too large, and for what no archive should be; nothing of it is kept", async () => {
    const before = await kept();
    const archive = await zipOf(FOLDER);
    expect((await upload(archive, { as: "readonly" })).status).toBe(403);
    expect((await upload(archive, { media: "application/json" })).status).toBe(415);
    expect((await upload(archive, { name: "" })).status).toBe(400);
    expect((await upload(new Uint8Array(MAX_UPLOAD_BYTES + 1))).status).toBe(413);
    expect(await problemOf(await upload("not an archive"))).toMatchObject({ code: "archive_refused", status: 422 });
    // Other routes keep their own limit.
    expect((await post("/api/tenants/contoso/backup-sets", { name: "x".repeat(300_000) })).status).toBe(413);
    expect(await kept()).toBe(before);
  });
});
