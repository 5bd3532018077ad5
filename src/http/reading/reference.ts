import { referenceRoutes } from "../../contract/routes/reference.ts";
import { openApiText } from "../openapi/document.ts";
import { readOwn } from "../routing/served.ts";

/** Its file among the console's assets (`src/dashboard/public/`). */
const PAGE = "/api-reference";

export const referenceReads = {
  document: readOwn(
    referenceRoutes.document,
    async () => new Response(openApiText(), { headers: { "content-type": "application/json" } }),
  ),
  // A file, so that it has the console's content security policy, and nothing of it is written into code.
  page: readOwn(referenceRoutes.page, ({ env, request }) => env.ASSETS.fetch(new URL(PAGE, request.url))),
};
