import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";

/** To the page that says which permissions are missing, where that is the reason; nothing for any other. */
export function CheckPermissionsLink({ reasonCode }: { reasonCode: string }) {
  const { slug } = useTenant();
  return reasonCode === "permission_missing" ? (
    <TextLink to={PAGES.permissions} params={{ slug }}>
      Check permissions
    </TextLink>
  ) : null;
}
