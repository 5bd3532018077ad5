/** Who is signed in. */
import { queryOptions } from "@tanstack/react-query";
import { meSchema } from "../../contract/access.ts";
import { getJson } from "../api/client.ts";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => getJson("/api/me", meSchema, signal),
  staleTime: 60_000,
});
