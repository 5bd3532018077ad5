import { describe, expect, it } from "vitest";
import { browserWords } from "../../src/dashboard/account/browser-words.ts";
import { slugOf } from "../../src/dashboard/platform/slug.ts";

describe("A browser", () => {
  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
      "Microsoft Edge on Windows",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      "Safari on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
      "Chrome on iOS",
    ],
    ["curl/8.9", "curl/8.9"],
    ["", "A browser that does not say its name"],
  ])("is told by what it calls itself: %s", (userAgent, words) => {
    expect(browserWords(userAgent)).toBe(words);
  });
});

describe("A tenant's address", () => {
  it.each([
    ["Wingtip Toys", "wingtip-toys"],
    ["  Müller & Söhne, Straßenbau  ", "muller-sohne-strassenbau"],
    ["日本", ""],
    ["a".repeat(39) + " b", "a".repeat(39)],
  ])("is proposed from its name: %s", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
