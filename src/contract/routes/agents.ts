/** Agents: programs that are led by a language model, and talk the Model Context Protocol. */
import { z } from "zod";
import { route } from "./route.ts";

const idSchema = z.union([z.string(), z.number()]);

/** A request, or a notification, which has no id. What methods there are, and what they take, is the protocol's own. */
const messageSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: idSchema.optional(),
  method: z.string().meta({ example: "tools/list" }),
  params: z.looseObject({}).optional(),
});

const answerSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: idSchema,
  result: z.looseObject({}).optional(),
  error: z.looseObject({ code: z.int(), message: z.string() }).optional(),
});

export const agentRoutes = {
  mcp: route("signed-in", {
    method: "POST",
    path: "/api/mcp",
    summary: "Talk the Model Context Protocol (Streamable HTTP, answers in JSON, no sessions)",
    description:
      "For agents. Its tools are reads of this API, and the preparation of a restore plan, each through the same guard as its own route: a tool reaches what the caller reaches. A refusal of a tool is a result with `isError`, and has the problem as its text.",
    body: messageSchema,
    statuses: { 200: "The answer to a request.", 202: "A notification was taken; there is no body." },
    answer: answerSchema,
  }),
};
