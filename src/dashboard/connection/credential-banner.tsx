/** Above all pages of a tenant in the last days of a secret or certificate: without it nothing can be read any more. */
import { useQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { endOf, endWarning } from "./connection-words.ts";
import { connectionsQuery } from "./queries.ts";

/** The page of the connection warns earlier. */
const BANNER_DAYS = 14;

export function CredentialBanner() {
  const tenant = useTenant();
  const { data } = useQuery(connectionsQuery(tenant));
  const now = Date.now();
  if (data === undefined) return null;
  const warnings = data.connections.flatMap((connection) => {
    const { days } = endOf(connection, now);
    return days === null || days > BANNER_DAYS ? [] : [endWarning(connection, now)];
  });
  if (warnings.length === 0) return null;
  return (
    <div role="status" className="border-b border-kumo-line bg-kumo-warning-tint px-4 py-2 md:px-8">
      {warnings.join(" ")}{" "}
      <TextLink to={PAGES.connection} params={{ slug: tenant.slug }}>
        See the connection
      </TextLink>
    </div>
  );
}
