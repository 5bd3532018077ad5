import type { agentRoutes } from "../../../contract/routes/agents.ts";
import type { ExamplesOf } from "./example.ts";

export const agentExamples: ExamplesOf<typeof agentRoutes> = {
  mcp: {
    bodies: {
      "Ask who the caller is": {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "show_me", arguments: {} },
      },
    },
    answer: { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: '{"identity":"entra", …}' }] } },
  },
};
