import { Button } from "@cloudflare/kumo/components/button";
import { ArrowsClockwiseIcon } from "@phosphor-icons/react/ArrowsClockwise";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";

/** Starts an inventory sync of the whole tenant. Without the capability it stays focusable and says why it does nothing. */
export function SyncInventoryButton({ variant = "primary" }: { variant?: "primary" | "secondary" }) {
  const tenant = useTenant();
  const allowed = useCan("inventory.sync");
  const start = useStartOperation(tenant);
  if (!allowed) {
    return (
      <Button
        icon={ArrowsClockwiseIcon}
        aria-disabled
        title="Your role may read the inventory, not sync it"
        className="opacity-60"
      >
        Sync inventory
      </Button>
    );
  }
  return (
    <Button
      variant={variant}
      icon={ArrowsClockwiseIcon}
      loading={start.isPending}
      onClick={() => start.mutate({ type: "inventory.sync", input: {}, key: crypto.randomUUID() })}
    >
      Sync inventory
    </Button>
  );
}
