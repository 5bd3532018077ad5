/** How a person or a program is told how far a run is. What is told is the contract's answer and nothing else. */
import { styleText } from "node:util";
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { Run, RunDetail } from "../../../src/contract/runs.ts";
import { clean } from "../output/clean.ts";
import type { Terminal } from "../terminal.ts";

/** One state of a run, told in the order in which they came. */
export interface Watcher {
  show: (run: RunDetail) => void;
  /** Nothing was heard since then. Operations go on. */
  silent: (since: number) => void;
}

const BAR_COLUMNS = 24;

/** A bar of what is counted; empty where the contract gives no number. */
export function bar({ progress }: Pick<Run, "progress">): string {
  if (progress.kind === "finalizing") return "█".repeat(BAR_COLUMNS);
  if (progress.kind !== "counted") return "";
  // Rounded down, as the percentage is: a full bar says that all is done.
  const full = Math.floor((progress.percent * BAR_COLUMNS) / 100);
  return `${"█".repeat(full)}${"░".repeat(BAR_COLUMNS - full)} ${progress.percent} %`;
}

export function titleOf({ label, subject }: Pick<Run, "label" | "subject">): string {
  return clean(subject === null ? label : `${label}: ${subject}`);
}

/** The time of the day where the command runs. */
export function clock(time: number | string): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

/** What holds a run up, a line each: it is paused, or waits. */
export function waitsOf({ pause, waiting, version }: RunDetail): string[] {
  const lines = pause === null ? [] : [clean(pause.text)];
  // What was told of an earlier version is over.
  if (waiting === null || waiting.version < version) return lines;
  return [
    ...lines,
    ...waiting.waits.map(({ message, nextTryAt }) => clean(`waits: ${message} Next try at ${clock(nextTryAt)}.`)),
  ];
}

/** A run as it is drawn: its text, a bar where there is a number, and what holds it up. */
export function drawingOf(run: RunDetail): string {
  const drawn = bar(run);
  return [`${titleOf(run)}  ${clean(run.progress.text)}`, ...(drawn === "" ? [] : [drawn]), ...waitsOf(run)].join("\n");
}

/** Lines for a pipe or a log: one whenever what is told is another. */
export function lineWatcher({ tell, now }: Pick<Terminal, "tell" | "now">): Watcher {
  let told = "";
  const say = (text: string): void => {
    if (text === told) return;
    told = text;
    tell(`${clock(now())}  ${text}`);
  };
  return {
    show: (run) => say([`${titleOf(run)}: ${clean(run.progress.text)}`, ...waitsOf(run)].join("; ")),
    silent: (since) => say(`no answer since ${clock(since)}; the operation goes on`),
  };
}

/** A line of JSON on the standard output for each state. */
export function jsonWatcher({ out, tell }: Pick<Terminal, "out" | "tell">): Watcher {
  return {
    show: (run) => out(JSON.stringify(run)),
    silent: (since) => tell(`no answer since ${clock(since)}; the operation goes on`),
  };
}

/** Draws a run live while `follow` goes on, and leaves its last state. Draws on the standard error: results alone go to the output. */
export async function live<T>(
  run: Run,
  terminal: Pick<Terminal, "color" | "now">,
  follow: (watcher: Watcher) => Promise<T>,
  hasSucceeded: (result: T) => boolean,
): Promise<T> {
  let result: { value: T } | undefined;
  let failure: unknown;
  const tasks = new Listr(
    [
      {
        title: titleOf(run),
        task: async (_, task): Promise<void> => {
          let heard = task.title ?? "";
          const watcher: Watcher = {
            // All of it in the title: it is replaced as a whole, so that a bar never stands beside another state's text.
            show: (state) => {
              heard = drawingOf(state);
              task.title = heard;
            },
            silent: (since) => {
              const warning = `no answer since ${clock(since)}; the operation goes on`;
              task.title = `${heard}\n${styled(terminal.color, "yellow", warning)}`;
            },
          };
          try {
            result = { value: await follow(watcher) };
          } catch (error) {
            failure = error;
          }
          // The task's own mark: listr knows of failures by what is thrown.
          if (result === undefined || !hasSucceeded(result.value)) throw new Error(task.title);
        },
      },
    ],
    {
      exitOnError: false,
      registerSignalListeners: false,
      renderer: "default",
      rendererOptions: {
        lazy: false,
        showErrorMessage: false,
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- The logger has the levels of each renderer.
        logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
      },
    },
  );
  await tasks.run();
  if (result === undefined) throw failure;
  return result.value;
}

function styled(color: boolean, style: Parameters<typeof styleText>[0], text: string): string {
  return color ? styleText(style, text, { validateStream: false }) : text;
}
