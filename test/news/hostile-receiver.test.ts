/** Calls of receivers that mean harm, over real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callReceiver, RECEIVER_LIMITS } from "../../src/operations/news-deliver/call-receiver.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

const SHORT = { ...RECEIVER_LIMITS, timeoutMs: 300 };
const call = (path: string, limits = RECEIVER_LIMITS) =>
  callReceiver(
    { url: `${receiver.url}${path}`, headers: { "webhook-id": "msg_1" }, body: '{"a":1}' },
    { fetch: (url, init) => fetch(url, init), now: Date.now },
    limits,
  );

describe("a receiver that", () => {
  it("leads to the metadata service is not followed", async () => {
    expect(await call("/redirect/x")).toMatchObject({ kind: "answered", status: 307 });
    expect(receiver.received.at(-1)).toMatchObject({
      path: "/redirect/x",
      body: '{"a":1}',
      headers: { "webhook-id": "msg_1", "content-type": "application/json; charset=utf-8" },
    });
  });

  it("sends without end is cut: a kilobyte of it is kept", async () => {
    const called = await call("/huge/x");
    expect(called).toMatchObject({ kind: "answered", status: 200 });
    expect("answer" in called && called.answer.length).toBe(1_024);
  });

  it("sends header lines without end is given up", async () => {
    expect((await call("/headers/x")).kind).toBe("unreachable");
  });

  it("does not answer is given up when its time is over", async () => {
    expect(await call("/silent/x", SHORT)).toEqual({ kind: "timed_out" });
  });

  it("drips is told by its status, and what came until its time was over", async () => {
    const called = await call("/drip/x", SHORT);
    expect(called).toMatchObject({ kind: "answered", status: 200 });
    expect("answer" in called && called.answer).toMatch(/^\.+$/);
  });

  it("asks for patience is heard; one that is not there is told", async () => {
    expect(await call("/after/120/x")).toMatchObject({ status: 429, retryAfterMs: 120_000 });
    const nowhere = { url: "http://127.0.0.1:9/x", headers: {}, body: "" };
    expect(await callReceiver(nowhere, { fetch: (url, init) => fetch(url, init), now: Date.now })).toEqual({
      kind: "unreachable",
    });
  });
});
