/** What every command is given: the terminal, the choices that all commands have, and the way to the server. */
import { Api } from "./api/api.ts";
import { chooseServer } from "./api/servers.ts";
import { CommandError, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

export interface CommonOptions {
  url?: string;
  json?: true;
}

/** What a command came to. */
export interface Result {
  code: ExitCode;
  /** The one document of `--json`. Undefined: the command has written its result itself. */
  json?: unknown;
  /** The same for people. */
  lines?: readonly string[];
}

export class Context {
  readonly terminal: Terminal;
  readonly options: CommonOptions;
  #api: Api | undefined;

  constructor(terminal: Terminal, options: CommonOptions) {
    this.terminal = terminal;
    this.options = options;
  }

  get api(): Api {
    this.#api ??= new Api(chooseServer(this.terminal.env, this.options.url), this.terminal);
    return this.#api;
  }

  get json(): boolean {
    return this.options.json === true;
  }

  /** The tenant that a command is for, by its slug or id. */
  tenant(named: string | undefined): string {
    const tenant = named ?? this.terminal.env["TENANTATLAS_TENANT"];
    if (tenant !== undefined && tenant !== "") return tenant;
    throw new CommandError("No tenant was named.", {
      hint: "Name it with --tenant, or set TENANTATLAS_TENANT. `tenantatlas tenants` lists yours.",
    });
  }
}
