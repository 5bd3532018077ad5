import { ARCHIVE_TYPE, MAX_UPLOAD_BYTES } from "../../contract/policy-files.ts";
import { policyFileRoutes } from "../../contract/routes/policy-files.ts";
import { insertUpload, newUploadId, noteStored, readUpload } from "../../database/policy-files/policy-uploads.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { sourceInMemory } from "../../archives/open-archive.ts";
import { policyCountOf, reportOf, surveyArchive } from "../../policy-files/archive-survey.ts";
import { putUpload } from "../../storage/policy-uploads.ts";
import { ApiError } from "../routing/problems.ts";
import { bodyCutShort, orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

export const policyFileCommands = {
  upload: command(policyFileRoutes.upload, async ({ env, tenant, user, query, request }) => {
    const media = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
    if (media !== ARCHIVE_TYPE)
      throw new ApiError("unsupported_media_type", { detail: `Send a ZIP archive as ${ARCHIVE_TYPE}` });
    const archive = await bytesOf(request);
    if (archive.byteLength > MAX_UPLOAD_BYTES) throw new ApiError("payload_too_large");
    const survey = await surveyArchive(sourceInMemory(archive));
    if (survey.kind === "refused") throw new ApiError("archive_refused", { detail: survey.reason });

    const { findings } = survey;
    const id = newUploadId();
    const sha256 = await sha256Hex(archive);
    await insertUpload(env.DATABASE, {
      id,
      tenantId: tenant.id,
      name: query.name,
      bytes: archive.byteLength,
      sha256,
      fileCount: findings.length,
      policyCount: policyCountOf(findings),
      report: reportOf(findings),
      createdAt: Date.now(),
      createdBy: user.id,
    });
    await putUpload(env.ARTIFACTS, { tenantId: tenant.id, uploadId: id }, { archive, sha256, findings });
    await noteStored(env.DATABASE, id, Date.now());
    const upload = orNotFound(await readUpload(env.DATABASE, tenant.id, id));
    return new Reply(201, upload, { location: `/api/tenants/${tenant.slug}/policy-files/${id}` });
  }),
};

/** Its size has been checked before (`app.ts`). */
async function bytesOf(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (error) {
    throw bodyCutShort(error);
  }
}
