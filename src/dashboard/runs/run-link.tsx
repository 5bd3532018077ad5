import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";

/** Leads to the page of a run. */
export function RunLink({ runId, children }: { runId: string; children: ReactNode }) {
  const tenant = useTenant();
  return (
    <TextLink to={PAGES.run} params={{ slug: tenant.slug, runId }}>
      {children}
    </TextLink>
  );
}
