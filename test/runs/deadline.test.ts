import { describe, expect, it, vi } from "vitest";
import { withDeadline } from "../../src/runs/deadline.ts";

describe("a deadline", () => {
  it("ends the wait for a call that never answers", async () => {
    vi.useFakeTimers();
    const outcome = withDeadline(new Promise(() => {}), 5_000, "the queue").catch(String);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await outcome).toBe("Error: the queue did not answer within 5000 ms");
    vi.useRealTimers();
  });

  it("passes on an answer and a failure that come in time, and leaves no timer", async () => {
    vi.useFakeTimers();
    await expect(withDeadline(Promise.resolve(7), 5_000, "the queue")).resolves.toBe(7);
    await expect(withDeadline(Promise.reject(new Error("refused")), 5_000, "the queue")).rejects.toThrow("refused");
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
