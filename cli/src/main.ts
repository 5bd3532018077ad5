/** The command line: reads what was typed, does it, tells what it came to, and ends with a code for scripts. */
import { z } from "zod";
import { CommanderError } from "commander";
import { ApprovalWaits } from "../../src/client/approval-waits.ts";
import { ApiProblem } from "../../src/client/problem.ts";
import type { Result } from "./context.ts";
import { codeOfError, CommandError, EXIT, type ExitCode, Interrupted } from "./exit-codes.ts";
import { clean } from "./output/clean.ts";
import { codeOfCommander, makeProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** @param typed without the names of the program and its interpreter */
export async function main(typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { command, result } = makeProgram(terminal);
  const json = typed.includes("--json");
  try {
    await command.parseAsync(typed, { from: "user" });
    return tell(result(), json, terminal);
  } catch (error) {
    if (error instanceof CommanderError) return codeOfCommander(error);
    const words = wordsOf(error);
    terminal.tell(`tenantatlas: ${words.message}`);
    if (words.hint !== null) terminal.tell(words.hint);
    const code = codeOfError(error);
    if (json) terminal.out(JSON.stringify({ error: { code: words.code, message: words.message, exitCode: code } }));
    return code;
  }
}

function tell(result: Result | null, json: boolean, terminal: Terminal): ExitCode {
  if (result === null) return EXIT.succeeded;
  if (json && result.json !== undefined) terminal.out(JSON.stringify(result.json, null, 2));
  else for (const line of result.lines ?? []) terminal.out(line);
  return result.code;
}

interface Words {
  code: string;
  message: string;
  hint: string | null;
}

/** What went wrong, in words for people. */
function wordsOf(error: unknown): Words {
  if (error instanceof CommandError) return { code: "command", message: clean(error.message), hint: error.hint };
  if (error instanceof Interrupted) {
    return {
      code: "interrupted",
      message: "Stopped watching. Operations that were started go on.",
      hint: "List them: tenantatlas run list --state active",
    };
  }
  if (error instanceof ApprovalWaits) {
    return {
      code: "approval_waits",
      message: "Nothing was done yet: the request waits for another person's approval.",
      hint: `Its number is ${error.asked.approvalRequest.id}.`,
    };
  }
  if (error instanceof ApiProblem) return wordsOfProblem(error);
  if (error instanceof z.ZodError)
    return { code: "unexpected_answer", message: "The answer was not understood.", hint: null };
  return { code: "unexpected", message: clean(error instanceof Error ? error.message : String(error)), hint: null };
}

const HINTS: Readonly<Record<string, string>> = {
  unauthenticated: "Sign in: tenantatlas login",
  led_elsewhere: "A proxy, such as Cloudflare Access, lets the command line through by its own rules.",
  forbidden: "Ask an owner of the tenant for a role, or make a token, that includes it.",
  not_found: "It may have been removed, or you may not have access to it.",
  network_unreachable: "Check the address and your connection. Operations that are running are not affected.",
  no_answer_in_time: "Operations that are running are not affected. Look whether it was done before you ask again.",
  unexpected_answer: "This command line may be older than the server.",
  approval_required: "The tenant has another person approve this. Ask with --reason.",
  rate_limited: "Wait a moment, then try again.",
};

function wordsOfProblem(problem: ApiProblem): Words {
  const { code, fields, requestId, status } = problem;
  const wrong = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  const support = status >= 500 && requestId !== null ? `Request id: ${requestId}` : null;
  return {
    code,
    message: clean(wrong === "" ? problem.message : `${problem.message}: ${wrong}`),
    hint: HINTS[code] ?? support,
  };
}
