import { referenceRoutes } from "../../contract/routes/reference.ts";
import { openApiText } from "../openapi/document.ts";
import { referencePage } from "../openapi/reference-page.ts";
import { readOpen } from "../routing/served.ts";

export const referenceReads = {
  document: readOpen(
    referenceRoutes.document,
    async () => new Response(openApiText(), { headers: { "content-type": "application/json" } }),
  ),
  page: readOpen(referenceRoutes.page, async () => referencePage()),
};
