import { signInRoutes } from "../../contract/routes/sign-in.ts";
import { isoTime } from "../../database/sql/time.ts";
import { listSessions } from "../../database/tenancy/sessions.ts";
import { readOwn } from "../routing/served.ts";

export const sessionReads = {
  sessions: readOwn(signInRoutes.sessions, async ({ env, user, sessionId }) => {
    const sessions = await listSessions(env.CONTROL, user.id, Date.now());
    const items = sessions.map(({ id, browser, createdAt, rotatedAt, endsAt }) => ({
      id,
      browser,
      createdAt: isoTime(createdAt),
      lastUsedAt: isoTime(rotatedAt),
      endsAt: isoTime(endsAt),
      current: id === sessionId,
    }));
    return { items, nextCursor: null };
  }),
};
