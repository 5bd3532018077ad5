/**
 * A change that may need another person's approval, in the parts that it then falls into: it is described when a person asks for it, and carried
 * out when another one approves. A change that needs no approval is carried out at once, by the same code.
 */
import type { z } from "zod";
import type { ApprovalChange, ApprovalKind } from "../../contract/approvals.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** Where and in whose name a change is made: in the requester's, also when another person approves it. */
export interface ActContext {
  env: TenantEnv;
  tenant: { id: string; slug: string };
  actor: { id: string; name: string };
  /** The secret or private key of a connection. It is no part of the input, which people read. */
  secret: string | null;
  /** Of a start that waits for nobody. */
  idempotencyKey: string | null;
}

export type ActPlace = Pick<ActContext, "env" | "tenant">;

export interface Act<Input, Done> {
  kind: ApprovalKind;
  /** Parses an input that was stored. */
  input: z.ZodType<Input>;
  /**
   * What the input would change as things are now, from what to what; null when what it is about is not there. An approval is of this: if it is
   * another by then, nothing is carried out.
   */
  describe: (place: ActPlace, input: Input) => Promise<ApprovalChange | null>;
  /**
   * What can be found out before a person asks another one.
   * @throws {ApiError} when asking is in vain.
   */
  check?: (context: ActContext, input: Input) => Promise<void>;
  /**
   * Makes the change, by one `applyChange`.
   * @throws {ApiError} when it is refused.
   */
  perform: (context: ActContext, input: Input) => Promise<Done>;
}

/** An act whose input is read from a stored request. */
export interface StoredAct {
  describe: (place: ActPlace, input: unknown) => Promise<ApprovalChange | null>;
  perform: (context: ActContext, input: unknown) => Promise<void>;
}

export function storedAct<Input, Done>(act: Act<Input, Done>): StoredAct {
  return {
    describe: (place, input) => act.describe(place, act.input.parse(input)),
    perform: async (context, input) => {
      await act.perform(context, act.input.parse(input));
    },
  };
}
