/** Names the tenant one is in, and leads to the others. What finds them is loaded when people come near the button. */
import { CaretUpDownIcon } from "@phosphor-icons/react/CaretUpDown";
import { type ComponentType, useState } from "react";
import { Button } from "../components/button.tsx";
import { onDemand } from "../components/on-demand.ts";
import { useTenant } from "./tenant-context.ts";
import { toastProblem } from "./toasts.tsx";

const search = onDemand(async () => (await import("../palette/tenant-search.tsx")).TenantSearch);

export function TenantSwitcher() {
  const tenant = useTenant();
  const [Search, setSearch] = useState<ComponentType<{ onClose: () => void }> | null>(null);
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        className="min-w-0 !text-sm"
        aria-haspopup="dialog"
        onPointerEnter={search.preload}
        onFocus={search.preload}
        onClick={() => void search.load().then((loaded) => setSearch(() => loaded), toastProblem)}
      >
        <span className="sr-only">Switch tenant, now</span>
        <span className="truncate font-medium">{tenant.name}</span>
        <CaretUpDownIcon size={14} aria-hidden className="shrink-0 text-kumo-subtle" />
      </Button>
      {Search === null ? null : <Search onClose={() => setSearch(null)} />}
    </>
  );
}
