/** Stands where a page is that threw, or whose code did not come. The frame around it lives on. */
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "../components/button.tsx";
import { Page } from "../components/page.tsx";
import { ErrorState } from "../components/states.tsx";
import { isMissingCode } from "./missing-code.ts";

export function PageFault({ error, reset }: ErrorComponentProps) {
  return isMissingCode(error) ? (
    <Page title="This page did not load">
      <div role="alert" className="flex max-w-xl flex-col items-start gap-3">
        <p className="text-kumo-subtle">
          Its code could not be fetched: the connection is lost, or TenantAtlas has been updated since you opened it.
          Operations that are running go on.
        </p>
        <Button onClick={() => location.reload()}>Reload</Button>
      </div>
    </Page>
  ) : (
    <Page title="This page stopped">
      <ErrorState error={error} onRetry={reset} />
    </Page>
  );
}
