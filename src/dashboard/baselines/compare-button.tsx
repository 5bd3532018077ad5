import { Button } from "@cloudflare/kumo/components/button";
import { GitDiffIcon } from "@phosphor-icons/react/GitDiff";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";

interface CompareButtonProps {
  baselineId: string;
  onStarted?: (runId: string) => void;
}

/** Compares the inventory with a baseline. Without the capability it stays focusable and says why it does nothing. */
export function CompareButton({ baselineId, onStarted }: CompareButtonProps) {
  const tenant = useTenant();
  const allowed = useCan("baseline.compare");
  const start = useStartOperation(tenant);
  if (!allowed) {
    return (
      <Button
        icon={GitDiffIcon}
        aria-disabled
        title="Your role may read comparisons, not make them"
        className="opacity-60"
      >
        Compare now
      </Button>
    );
  }
  return (
    <Button
      variant="primary"
      icon={GitDiffIcon}
      loading={start.isPending}
      onClick={() =>
        start.mutate(
          { type: "baseline.compare", input: { baselineId }, key: crypto.randomUUID() },
          { onSuccess: ({ run }) => onStarted?.(run.id) },
        )
      }
    >
      Compare now
    </Button>
  );
}
