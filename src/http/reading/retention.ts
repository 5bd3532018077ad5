import { retentionRoutes } from "../../contract/routes/retention.ts";
import { readRetentionRules } from "../../database/retention/rules.ts";
import { read } from "../routing/served.ts";

export const retentionReads = {
  show: read(retentionRoutes.show, async ({ env, tenant }) => {
    const { rules } = await readRetentionRules(env.DATABASE, tenant.id);
    return { rules };
  }),
};
