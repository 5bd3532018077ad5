/** On the pages where something would be deleted: that a legal hold keeps everything, and whose it is. */
import { useQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { holdWords } from "../../contract/legal-holds.ts";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { legalHoldsQuery } from "./queries.ts";

export function LegalHoldBanner() {
  const tenant = useTenant();
  const { data } = useQuery(legalHoldsQuery(tenant));
  const open = data?.items.find(({ liftedAt }) => liftedAt === null);
  if (open === undefined) return null;
  return (
    <p role="note" className="rounded-md bg-kumo-warning-tint px-3 py-2 [overflow-wrap:anywhere]">
      {holdWords(open)}{" "}
      <TextLink to={PAGES.legalHolds} params={{ slug: tenant.slug }}>
        Legal holds
      </TextLink>
    </p>
  );
}
