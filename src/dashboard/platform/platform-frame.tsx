/** The frame of the platform's pages. */
import type { ReactNode } from "react";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { Page } from "../components/page.tsx";
import { TextLink } from "../components/text-link.tsx";
import { NotFound } from "../shell/bare-pages.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";

const PARTS = [
  { to: PAGES.platformTenants, label: "Tenants" },
  { to: PAGES.platformPeople, label: "People and sign-ins" },
  { to: PAGES.platformOperations, label: "Operations" },
  { to: PAGES.platformDatabases, label: "Databases" },
  { to: PAGES.offboarded, label: "Off-boarded tenants" },
] as const;

interface PlatformFrameProps {
  title: string;
  description: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** For those who run the product; to all others there is no such page. */
export function PlatformFrame({ title, description, actions, children }: PlatformFrameProps) {
  return (
    <PersonFrame>
      {(me: Me) =>
        me.platformAdministrator ? (
          <Page title={title} documentTitle={`Platform: ${title}`} description={description} actions={actions}>
            <nav aria-label="Platform">
              <ul className="flex flex-wrap gap-x-4 gap-y-1 border-b border-kumo-line pb-2">
                {PARTS.map(({ to, label }) => (
                  <li key={to} className="whitespace-nowrap">
                    <TextLink to={to} activeProps={{ className: "font-medium !no-underline" }}>
                      {label}
                    </TextLink>
                  </li>
                ))}
              </ul>
            </nav>
            {children}
          </Page>
        ) : (
          <NotFound />
        )
      }
    </PersonFrame>
  );
}
