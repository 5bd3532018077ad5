/** Whether Microsoft gives a token for credentials that are not stored yet. */
import type { BudgetLimits } from "../graph/calls/budget.ts";
import { type GraphConnection, TokenCache } from "../graph/calls/token.ts";
import type { UnitContext } from "../runs/operation.ts";
import { clientOf } from "./connect.ts";
import { unansweredResult } from "./failure-results.ts";

/** A person waits for it. */
const BUDGET: BudgetLimits = {
  maxRequests: 4,
  maxRetries: 3,
  maxFruitlessRetries: 3,
  maxWaitMs: 3_000,
  maxTotalWaitMs: 6_000,
  maxDurationMs: 12_000,
};

const LONGEST_MS = 15_000;

export type CredentialTrial =
  | { kind: "accepted" }
  /** `message`: for people, with Microsoft's own code. */
  | { kind: "refused"; message: string }
  | { kind: "unavailable" };

/** Asks for a new token, which is not kept: what is tried is stored afterwards, or never. Costs one request. */
export async function tryCredentials(connection: Omit<GraphConnection, "cacheKey">): Promise<CredentialTrial> {
  const context: Pick<UnitContext, "now" | "signal"> = { now: Date.now, signal: AbortSignal.timeout(LONGEST_MS) };
  const client = clientOf({ ...connection, cacheKey: "tried" }, context, BUDGET, { tokens: new TokenCache() });
  const roles = await client.tokenRoles();
  switch (roles.kind) {
    case "ok":
      return { kind: "accepted" };
    case "unauthorized":
      return { kind: "refused", message: `Microsoft answered “${roles.code}”. ${adviceFor(roles.code)}` };
    case "malformed":
    case "too_large":
    case "not_licensed": {
      const result = unansweredResult(roles, "");
      return { kind: "refused", message: result.message.trim() };
    }
    default:
      return { kind: "unavailable" };
  }
}

function adviceFor(code: string): string {
  switch (code) {
    case "invalid_client":
      return "Check the secret's value (not its id) or the certificate, and whether it has ended.";
    case "unauthorized_client":
    case "invalid_request":
    case "invalid_grant":
      return "Check the Microsoft tenant's id and the client id: the application may be of another tenant.";
    default:
      return "Check the Microsoft tenant's id, the client id and the credential.";
  }
}
