import { tenantExportRoutes } from "../../contract/routes/tenant-exports.ts";
import { listExports, readExport } from "../../database/exports/tenant-exports.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";
import { downloadArchive } from "./archive-download.ts";

export const tenantExportReads = {
  list: read(tenantExportRoutes.list, async ({ env, tenant, query }) => await listExports(env.DATABASE, tenant, query)),
  show: read(tenantExportRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readExport(env.DATABASE, tenant, params.exportId)),
  ),
  download: read(tenantExportRoutes.download, async ({ env, tenant, user, params, headers, request }) => {
    const archive = orNotFound(await readExport(env.DATABASE, tenant, params.exportId));
    const range = { range: headers.Range, ifRange: headers["If-Range"] };
    return downloadArchive(env, {
      kind: "tenant-export",
      tenantId: tenant.id,
      userId: user.id,
      archive,
      range,
      request,
    });
  }),
};
