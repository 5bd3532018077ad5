import { GitDiffIcon } from "@phosphor-icons/react/GitDiff";
import { StartButton } from "../runs/start-button.tsx";

interface CompareButtonProps {
  baselineId: string;
  onStarted?: (runId: string) => void;
}

/** Compares the inventory with a baseline. */
export function CompareButton({ baselineId, onStarted }: CompareButtonProps) {
  return (
    <StartButton
      type="baseline.compare"
      input={{ baselineId }}
      capability="baseline.compare"
      refusal="Your role may read comparisons, not make them"
      icon={GitDiffIcon}
      onStarted={(run) => onStarted?.(run.id)}
    >
      Compare now
    </StartButton>
  );
}
