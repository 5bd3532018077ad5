/** Who is signed in. */
import { queryOptions } from "@tanstack/react-query";
import { meRoutes } from "../../contract/routes/session.ts";
import { call } from "../api/client.ts";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => call(meRoutes.show, { params: {}, signal }),
  staleTime: 60_000,
});
