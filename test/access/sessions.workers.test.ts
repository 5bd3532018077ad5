/** How a session's token is renewed, and when it ends. Time is given, D1 is real. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GRACE_MS, IDLE_MS, LIFE_MS, openSession, resumeSession, ROTATE_AFTER_MS } from "../../src/access/sessions.ts";
import { findSession } from "../../src/database/tenancy/sessions.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { seedDemoData } from "../http/demo.ts";
import { queryPlans } from "../support/query-plans.ts";
import { env } from "../support/environment.ts";

const START = Date.UTC(2026, 10, 28);
const USER = "user-owner";
let token: string;

const tokenOf = (cookie: string): string => /=([^;]*);/.exec(cookie)?.[1] ?? "";
const open = async (now = START) =>
  tokenOf((await openSession(env.CONTROL, { userId: USER, browser: "", now })).cookie);
const resume = (with_: string, now: number, rotates = true) => resumeSession(env.CONTROL, with_, { now, rotates });

/** The token that an answer gives the browser; null when it gives none. */
async function renewed(with_: string, now: number): Promise<string | null> {
  const answer = await resume(with_, now);
  if (answer.kind !== "open") throw new Error(answer.reason);
  const [cookie] = answer.setCookies;
  return cookie === undefined ? null : tokenOf(cookie);
}

beforeAll(seedDemoData);
beforeEach(async () => {
  token = await open();
});

describe("a session's token", () => {
  it("is good as it is for a quarter of an hour", async () => {
    expect(await renewed(token, START + ROTATE_AFTER_MS - 1)).toBeNull();
  });

  it("is then renewed once, however many requests ask at a time", async () => {
    const now = START + ROTATE_AFTER_MS;
    const answers = await Promise.all([renewed(token, now), renewed(token, now), renewed(token, now)]);
    expect(answers.filter((each) => each !== null)).toHaveLength(1);
  });

  it("is renewed again when the answer with the new one was lost", async () => {
    const now = START + ROTATE_AFTER_MS;
    expect(await renewed(token, now)).not.toBeNull();
    const again = await renewed(token, now + GRACE_MS);
    expect(again).not.toBeNull();
    expect(await resume(again ?? "", now + GRACE_MS + 1)).toMatchObject({ kind: "open" });
  });

  it("is not renewed where no cookie can be set", async () => {
    expect(await resume(token, START + ROTATE_AFTER_MS, false)).toMatchObject({ kind: "open", setCookies: [] });
  });

  it("stays good for a minute after the browser has used the new one, and then ends the session of both", async () => {
    const now = START + ROTATE_AFTER_MS;
    const next = (await renewed(token, now)) ?? "";
    expect(await resume(next, now + 1)).toMatchObject({ kind: "open" });
    expect(await resume(token, now + 1 + GRACE_MS)).toMatchObject({ kind: "open" });
    expect(await resume(token, now + 2 + GRACE_MS)).toEqual({ kind: "refused", reason: "session_token_reused" });
    expect(await resume(next, now + 3 + GRACE_MS)).toEqual({ kind: "refused", reason: "session_unknown" });
  });

  it("is found by an index, whichever of a session's tokens it is", async () => {
    const hash = await sha256Hex(token);
    const [{ plan } = { plan: "" }] = await queryPlans(env.CONTROL, (database) => findSession(database, hash));
    expect(plan).toContain("MULTI-INDEX OR");
    expect(plan).not.toMatch(/SCAN (sessions|users)/);
  });
});

describe("a session", () => {
  it("ends two hours after its last use, and stays ended", async () => {
    expect(await resume(token, START + IDLE_MS)).toEqual({ kind: "refused", reason: "session_ended" });
    expect(await resume(token, START + 1)).toEqual({ kind: "refused", reason: "session_unknown" });
  });

  it("goes on while it is used, and ends after twelve hours whatever happens in it", async () => {
    let now = START;
    let current = token;
    while (now + ROTATE_AFTER_MS < START + LIFE_MS) {
      now += ROTATE_AFTER_MS;
      current = (await renewed(current, now)) ?? current;
      expect((await resume(current, now + 1)).kind).toBe("open");
    }
    expect(await resume(current, START + LIFE_MS)).toEqual({ kind: "refused", reason: "session_ended" });
  });

  it("is deleted some time after it has ended, at the sign-in of whoever comes next", async () => {
    await open(START + LIFE_MS);
    expect(await findSession(env.CONTROL, await sha256Hex(token))).toBeNull();
  });
});
