/** Keeps what a restore replaces and what it leaves behind, so that it can be undone (decisions/186-every-restore-can-be-undone.md). */
import type { PolicyDocument } from "../family-reader.ts";
import type { RestoreStop } from "./outcome.ts";

export interface RestoreKeeper {
  /**
   * Before the first request of this execution that writes: keeps the policy as it was before the plan wrote anything to it, durably. Again, it keeps what it
   * has. `policy` is that policy; null when the plan makes it, or has written to it before (what was kept then is kept on). Not null when that is
   * not possible for now: then nothing is written.
   */
  before(policy: PolicyDocument | null): Promise<RestoreStop | null>;
  /** After this run has written: keeps how the policy was read last, durably. Not called of a policy that was deleted. */
  after(policy: PolicyDocument): Promise<void>;
}
