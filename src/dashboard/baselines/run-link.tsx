import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { useTenant } from "../shell/tenant-context.ts";

export function RunLink({ runId, children }: { runId: string; children: ReactNode }) {
  const tenant = useTenant();
  return (
    <Link to={PAGES.run} params={{ slug: tenant.slug, runId }} className="text-kumo-link underline underline-offset-2">
      {children}
    </Link>
  );
}
