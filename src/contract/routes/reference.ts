import { z } from "zod";
import { route } from "./route.ts";

export const referenceRoutes = {
  document: route("signed-in", {
    method: "GET",
    path: "/api/openapi.json",
    summary: "Read this description of the API (OpenAPI 3.1)",
    answer: z.looseObject({ openapi: z.string() }),
  }),
  page: route("signed-in", {
    method: "GET",
    path: "/api/reference",
    summary: "Show this description as a page",
    media: "text/html",
  }),
};
