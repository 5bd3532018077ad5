import { Button } from "@cloudflare/kumo/components/button";
import { FingerprintIcon } from "@phosphor-icons/react/Fingerprint";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";

/** Takes an evidence snapshot. Without the capability it stays focusable and says why it does nothing. */
export function TakeSnapshotButton() {
  const tenant = useTenant();
  const allowed = useCan("evidence.create");
  const start = useStartOperation(tenant);
  if (!allowed) {
    return (
      <Button
        icon={FingerprintIcon}
        aria-disabled
        title="Your role may read evidence, not record it"
        className="opacity-60"
      >
        Take a snapshot
      </Button>
    );
  }
  return (
    <Button
      variant="primary"
      icon={FingerprintIcon}
      loading={start.isPending}
      onClick={() => start.mutate({ type: "evidence.snapshot", input: {}, key: crypto.randomUUID() })}
    >
      Take a snapshot
    </Button>
  );
}
