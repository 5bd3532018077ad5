import type { ApiToken } from "../../../contract/api-tokens.ts";
import type { apiTokenRoutes } from "../../../contract/routes/api-tokens.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const TOKEN: ApiToken = {
  id: IDS.apiToken,
  name: "Nightly sync",
  maker: OWNER,
  capabilities: ["tenant.read", "operations.read", "inventory.sync"],
  state: "active",
  createdAt: "2026-11-28T01:58:56.462Z",
  expiresAt: "2027-02-26T01:58:56.462Z",
  lastUsedAt: null,
};

export const apiTokenExamples: ExamplesOf<typeof apiTokenRoutes> = {
  list: { answer: onePage(TOKEN) },
  create: {
    bodies: {
      "A token that syncs every night": {
        name: "Nightly sync",
        tenantIds: [IDS.tenant],
        capabilities: ["operations.read", "inventory.sync"],
        expiresInDays: 90,
      },
    },
    answer: { apiToken: TOKEN, token: `ta_${IDS.apiToken}_q9Zk3T0bqkq1x7Jr0d8mYw5s2nVv6uAeLh4cPfGtRiE` },
  },
  revoke: { params: { apiTokenId: IDS.apiToken }, answer: { done: true } },
};
