/** The frame of the platform's pages. */
import type { ReactNode } from "react";
import type { Me } from "../../contract/access.ts";
import { Page } from "../components/page.tsx";
import { NotFound } from "../shell/bare-pages.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";

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
            {children}
          </Page>
        ) : (
          <NotFound />
        )
      }
    </PersonFrame>
  );
}
