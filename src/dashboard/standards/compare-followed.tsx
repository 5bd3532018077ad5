import { GitDiffIcon } from "@phosphor-icons/react/GitDiff";
import type { Following } from "../../contract/standards.ts";
import { StartButton } from "../runs/start-button.tsx";

/** Compares the tenant, as the inventory has it, with the version that it holds to. */
export function CompareFollowed({ following }: { following: Following }) {
  return (
    <StartButton
      type="baseline.compare"
      input={{ baselineId: following.id }}
      capability="baseline.compare"
      refusal="Your role may read comparisons, not make them"
      variant="secondary"
      icon={GitDiffIcon}
    >
      Compare
    </StartButton>
  );
}
