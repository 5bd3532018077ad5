import { PREVIEW_MINUTES } from "../../contract/retention.ts";
import { retentionRoutes } from "../../contract/routes/retention.ts";
import { previewRetention } from "../../database/retention/preview.ts";
import { readRetentionRules, writeRetentionRules } from "../../database/retention/rules.ts";
import { ApiError } from "../routing/problems.ts";
import { command } from "../routing/served.ts";

export const retentionCommands = {
  preview: command(retentionRoutes.preview, async ({ env, tenant, body: { rules } }) => {
    const before = await readRetentionRules(env.DATABASE, tenant.id);
    return previewRetention(env.DATABASE, { tenantId: tenant.id, before, rules, at: Date.now() });
  }),
  change: command(retentionRoutes.change, async ({ env, tenant, user, body: { rules, preview } }) => {
    const shownAt = Date.parse(preview.at);
    const now = Date.now();
    if (shownAt > now || shownAt < now - PREVIEW_MINUTES * 60_000) throw new ApiError("preview_changed");
    const before = await readRetentionRules(env.DATABASE, tenant.id);
    // Counted once more to the moment that was shown: what is equal is what the person has seen.
    const counted = await previewRetention(env.DATABASE, { tenantId: tenant.id, before, rules, at: shownAt });
    if (counted.hash !== preview.hash) throw new ApiError("preview_changed");
    const removes = Object.fromEntries(counted.kinds.map((each) => [each.kind, each.removes]));
    const change = { tenantId: tenant.id, actorId: user.id, at: now, before, rules, removes };
    if (!(await writeRetentionRules(env.DATABASE, change))) throw new ApiError("preview_changed");
    return { rules };
  }),
};
