import { ArrowsClockwiseIcon } from "@phosphor-icons/react/ArrowsClockwise";
import { StartButton } from "../runs/start-button.tsx";

/** Starts an inventory sync of the whole tenant. */
export function SyncInventoryButton({ variant = "primary" }: { variant?: "primary" | "secondary" }) {
  return (
    <StartButton
      type="inventory.sync"
      input={{}}
      capability="inventory.sync"
      refusal="Your role may read the inventory, not sync it"
      variant={variant}
      icon={ArrowsClockwiseIcon}
    >
      Sync inventory
    </StartButton>
  );
}
