/** A run that a page has started and follows. A preview of a restore that ends well leads to its plan, which is what it was started for. */
import { useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Run } from "../../contract/runs.ts";
import { FollowedRun } from "../runs/followed-run.tsx";

export function FollowedPreview({ runId, onDismiss }: { runId: string; onDismiss: () => void }) {
  const router = useRouter();
  const onFinished = useCallback(
    (run: Run) => {
      if (run.result?.kind === "restore-plan") router.history.replace(run.result.href);
    },
    [router],
  );
  return <FollowedRun runId={runId} onFinished={onFinished} onDismiss={onDismiss} />;
}
