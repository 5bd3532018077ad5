/** When news is told, how often a message is tried, and what it says: pure parts. */
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { NEWS_KIND_KEYS, NEWS_KINDS, type NewsItem, type QuietHours } from "../../src/contract/news.ts";
import { MAX_TRIES, readRetryAfter, WAITS_MS, waitAfter } from "../../src/news/back-off.ts";
import { mailText, type Rendered, slackBody, teamsBody, webhookBody } from "../../src/news/render.ts";
import { newSigningSecret, signedHeaders } from "../../src/news/signature.ts";
import { dueAt } from "../../src/news/when-due.ts";
import { addressHint } from "../../src/operations/news-deliver/channel-secrets.ts";

const at = (text: string): number => Date.parse(text);
const BERLIN = "Europe/Berlin";
const NIGHT: QuietHours = { from: "22:00", to: "07:00", timeZone: BERLIN, criticalPasses: true };

describe("news is told", () => {
  it("at once, with the next hour, or at a time of the day", () => {
    const noon = at("2026-11-30T12:34:56Z");
    expect(dueAt({ digest: { kind: "at_once" }, quietHours: null }, "low", noon)).toBe(noon);
    expect(dueAt({ digest: { kind: "hourly" }, quietHours: null }, "low", noon)).toBe(at("2026-11-30T13:00:00Z"));
    const daily = { digest: { kind: "daily" as const, at: "08:00", timeZone: BERLIN }, quietHours: null };
    expect(dueAt(daily, "low", noon)).toBe(at("2026-12-01T07:00:00Z"));
    expect(dueAt(daily, "low", at("2026-12-01T07:00:00Z"))).toBe(at("2026-12-01T07:00:00Z"));
  });

  it("after quiet hours, also over a change of the clock; what is critical passes by choice", () => {
    const rule = { digest: { kind: "at_once" as const }, quietHours: NIGHT };
    expect(dueAt(rule, "high", at("2026-11-30T20:59:00Z"))).toBe(at("2026-11-30T20:59:00Z"));
    expect(dueAt(rule, "high", at("2026-11-30T21:00:00Z"))).toBe(at("2026-12-01T06:00:00Z"));
    expect(dueAt(rule, "high", at("2026-12-01T05:59:00Z"))).toBe(at("2026-12-01T06:00:00Z"));
    expect(dueAt(rule, "high", at("2026-12-01T06:00:00Z"))).toBe(at("2026-12-01T06:00:00Z"));
    // In the night to summer time, 07:00 comes an hour sooner.
    expect(dueAt(rule, "high", at("2027-03-27T23:00:00Z"))).toBe(at("2027-03-28T05:00:00Z"));
    expect(dueAt(rule, "critical", at("2026-11-30T23:00:00Z"))).toBe(at("2026-11-30T23:00:00Z"));
    const strict = { ...rule, quietHours: { ...NIGHT, criticalPasses: false } };
    expect(dueAt(strict, "critical", at("2026-11-30T23:00:00Z"))).toBe(at("2026-12-01T06:00:00Z"));
    // Quiet at noon, and a digest that falls into it.
    const noon = { from: "12:00", to: "13:30", timeZone: BERLIN, criticalPasses: false };
    expect(dueAt({ digest: { kind: "hourly" }, quietHours: noon }, "low", at("2026-11-30T11:01:00Z"))).toBe(
      at("2026-11-30T12:30:00Z"),
    );
  });
});

describe("a message that fails", () => {
  it("is tried ten times in some three days, later where the receiver asks for it, never sooner", () => {
    expect(MAX_TRIES).toBe(10);
    expect(WAITS_MS.map((wait) => wait / 1_000)).toEqual([
      5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
    for (const [index, wait] of WAITS_MS.entries()) {
      for (const random of [0, 0.5, 0.999]) {
        const next = waitAfter(index + 1, { random, retryAfterMs: 1 });
        expect(next).toBeGreaterThanOrEqual(wait);
        expect(next).toBeLessThanOrEqual(wait * 1.1);
      }
    }
    expect(waitAfter(10, { random: 0, retryAfterMs: null })).toBe(null);
    expect(waitAfter(1, { random: 0, retryAfterMs: 120_000 })).toBe(120_000);
    // No receiver puts a message off for a year.
    expect(waitAfter(1, { random: 0, retryAfterMs: 365 * 86_400_000 })).toBe(86_400_000);
  });

  it("reads Retry-After in seconds and as a date", () => {
    const now = at("2026-11-30T12:00:00Z");
    expect(readRetryAfter("30", now)).toBe(30_000);
    expect(readRetryAfter("Mon, 30 Nov 2026 12:02:00 GMT", now)).toBe(120_000);
    expect(readRetryAfter("Mon, 30 Nov 2026 11:00:00 GMT", now)).toBe(0);
    expect(readRetryAfter("soon", now)).toBe(null);
    expect(readRetryAfter(null, now)).toBe(null);
  });
});

describe("a signature", () => {
  it("is verified by the library of Standard Webhooks, with either secret after a change", async () => {
    const [first, second] = [newSigningSecret(), newSigningSecret()];
    const body = '{"type":"news","text":"Grüße"}';
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const headers = await signedHeaders([second, first], { id: "msg_1", timestampSeconds, body });
    for (const secret of [first, second]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(secret).verify(body.replace("news", "mews"), headers)).toThrow("No matching signature");
    }
    expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow("No matching signature");
    const old = await signedHeaders([first], { id: "msg_1", timestampSeconds: timestampSeconds - 301, body });
    expect(() => new Webhook(first).verify(body, old)).toThrow("too old");
  });
});

const HOSTILE = "<!channel> *x* [link](https://evil.example) & \u0007<script>";
const ITEM: NewsItem = {
  id: "nev_1",
  kind: "finding.new",
  severity: "critical",
  subject: HOSTILE,
  at: "2026-11-30T12:00:00.000Z",
  href: "/t/contoso/findings/1",
};
const MESSAGE: Rendered = {
  id: "msg_1",
  createdAt: "2026-11-30T12:00:00.000Z",
  tenant: { slug: "contoso", name: "Contoso\r\nBcc: all@example.com" },
  items: [ITEM],
  count: 1,
  test: false,
  origin: "https://atlas.example.com",
};

describe("what a message says", () => {
  it("is no markup of its receiver, whatever a policy is called", () => {
    const slack = slackBody(MESSAGE);
    expect(slack).not.toContain("<!channel>");
    expect(slack).toContain("&lt;!channel&gt;");
    expect(slack).toContain("<https://atlas.example.com/t/contoso/findings/1|Open>");
    const teams: unknown = JSON.parse(teamsBody(MESSAGE));
    expect(JSON.stringify(teams)).not.toContain('"TextBlock"');
    expect(teams).toMatchObject({ attachments: [{ content: { type: "AdaptiveCard", version: "1.4" } }] });
    const { subject, text } = mailText(MESSAGE);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).toContain("Critical: ");
    expect(JSON.parse(webhookBody(MESSAGE))).toMatchObject({
      type: "news",
      data: { count: 1, items: [{ subject: HOSTILE, url: "https://atlas.example.com/t/contoso/findings/1" }] },
    });
  });

  it("stays below what receivers take, and says how many are not listed", () => {
    const items = Array.from({ length: 20 }, (_, index) => ({
      ...ITEM,
      id: `nev_${index}`,
      subject: "€".repeat(5_000),
    }));
    const many = { ...MESSAGE, items, count: 512 };
    expect(new TextEncoder().encode(teamsBody(many)).byteLength).toBeLessThan(28 * 1_024);
    const slack: { blocks: { text: { text: string } }[] } = JSON.parse(slackBody(many));
    expect(slack.blocks.length).toBeLessThanOrEqual(50);
    expect(Math.max(...slack.blocks.map(({ text }) => text.text.length))).toBeLessThanOrEqual(3_000);
    for (const body of [teamsBody(many), slackBody(many), mailText(many).text]) expect(body).toContain("and 492 more");
  });

  it("is made of facts, by the closed table; facts of another form tell the kind alone", () => {
    const run = { runId: "r", label: "Inventory sync", subject: null, failed: 3, code: null };
    expect(NEWS_KINDS["run.partly"].subject(run)).toBe("Inventory sync finished with failures: 3 failed");
    expect(NEWS_KINDS["run.failed"].subject({ ...run, failed: null, code: "plan_failed" })).toBe(
      "Inventory sync failed: plan_failed",
    );
    for (const kind of NEWS_KIND_KEYS) {
      expect(NEWS_KINDS[kind].subject({ secret: "x" })).toBe(null);
      expect(NEWS_KINDS[kind].address("contoso", {})).not.toBe("");
    }
  });

  it("shows no more of an address than where it leads to", () => {
    const slack = new URL("https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXXabcd");
    expect(addressHint("slack", slack)).toBe("https://hooks.slack.com/…abcd");
    expect(addressHint("webhook", new URL("https://a.example/hook/secret-secret-secret-secret"))).toBe(
      "https://a.example/…",
    );
    expect(addressHint("webhook", new URL("https://a.example/"))).toBe("https://a.example");
  });
});
