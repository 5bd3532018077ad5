import { agentRoutes } from "../../contract/routes/agents.ts";
import { relay } from "../routing/served.ts";

export const agents = {
  mcp: relay(agentRoutes.mcp, async ({ body, request, dispatch }) => {
    // The protocol's library is evaluated when an agent first comes.
    const { answerAgent } = await import("./mcp.ts");
    return answerAgent(body, request, dispatch);
  }),
};
