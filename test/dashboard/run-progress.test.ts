/** The one progress bar of the console, as it is in the page for each answer of the contract. */
import { createElement, type FunctionComponent } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/contract/runs.ts";
import type { Progress } from "../../src/contract/progress.ts";
import { buildRun } from "./run-builder.ts";

interface Props {
  run: Run;
  bars: "counted" | "any";
}
// The console has types of its own (its tsconfig); a test in Node takes the component as what it is to React.
const file = new URL("../../src/dashboard/runs/run-progress.tsx", import.meta.url).pathname;
const { RunProgress }: { RunProgress: FunctionComponent<Props> } = await import(/* @vite-ignore */ file);

/** Somebody has written counts into the row of every one of them. */
const summaryCounts = { total: 40, processed: 12, succeeded: 12 };

function shown(progress: Progress, bars: Props["bars"]): { bar: string | null; words: string } {
  const html = renderToStaticMarkup(
    createElement(RunProgress, { run: buildRun({ id: "run-1", progress, summaryCounts }), bars }),
  );
  // Base UI puts a lone, invisible "x" into its bar, for the sake of one screen reader.
  const words = html.replace(/<span[^>]*role="presentation"[^>]*>x<\/span>/, "").replaceAll(/<[^>]+>/g, " ");
  return { bar: /<[^>]*role="progressbar"[^>]*>/.exec(html)?.[0] ?? null, words: words.trim() };
}

describe("a run's progress in the console", () => {
  it.each(["counted", "any"] as const)(
    "F31: is the phase and a bar without any number for a phased run (%s)",
    (bars) => {
      const { bar, words } = shown({ kind: "phased", phase: "Comparing content", text: "Comparing content" }, bars);
      expect(words).toContain("Comparing content");
      expect(words).not.toMatch(/\d/);
      expect(bar).toContain('aria-valuetext="Comparing content"');
      expect(bar).not.toMatch(/aria-valuenow|%|\b12\b|\b40\b/);
    },
  );

  it("F31: is a word for a run that is not counted, with a bar that announces no number on its own page", () => {
    const running: Progress = { kind: "indeterminate", text: "Running" };
    expect(shown(running, "counted").bar).toBeNull();
    const { bar, words } = shown(running, "any");
    expect(words).toBe("Running");
    expect(bar).not.toContain("aria-valuenow");
  });

  it("is the contract's text, percent and width for a counted run", () => {
    const text = "12 of 40 policy families";
    const { bar, words } = shown({ kind: "counted", processed: 12, total: 40, percent: 30, text }, "counted");
    expect(words).toContain(text);
    expect(words).toContain("30%");
    expect(bar).toContain('aria-valuenow="30"');
    expect(bar).toContain(`aria-valuetext="${text}"`);
  });

  it("is a full bar that says 'Finalizing' without a percentage, and no bar when finished", () => {
    const finalizing = shown({ kind: "finalizing", processed: 40, total: 40, text: "Finalizing" }, "counted");
    expect(finalizing.words).toBe("Finalizing");
    expect(finalizing.bar).toContain('aria-valuenow="100"');
    const finished = shown({ kind: "finished", text: "40 of 40 policy families: 40 succeeded" }, "any");
    expect(finished.bar).toBeNull();
    expect(finished.words).not.toContain("%");
  });
});
