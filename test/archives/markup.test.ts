import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, markup } from "../../src/archives/markup.ts";
import { anyCharacter } from "../support/any-character.ts";

describe("markup made from data", () => {
  it("holds no tag, no entity and no end of an attribute that the data brought", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 80 }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
        expect(escaped).not.toMatch(/[\u202A-\u202E\u2066-\u2069\p{Cc}]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it("escapes values and leaves markup within as it is", () => {
    const cell = markup`<td>${"<script>alert(1)</script>"}</td>`;
    const row = markup`<tr title="${'" onload="x'}">${cell}${[cell]}${null}</tr>`;
    const escaped = "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>";
    expect(row.text).toBe(`<tr title="&quot; onload=&quot;x">${escaped}${escaped}</tr>`);
  });

  it("keeps unicode", () => {
    expect(escapeHtml("管理者 Ä 🦄")).toBe("管理者 Ä 🦄");
  });
});
