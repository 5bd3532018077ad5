/** Reads of the person's own account. */
import { queryOptions } from "@tanstack/react-query";
import { signInRoutes } from "../../contract/routes/sign-in.ts";
import { call } from "../api/client.ts";

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => call(signInRoutes.sessions, { params: {}, signal }),
});
