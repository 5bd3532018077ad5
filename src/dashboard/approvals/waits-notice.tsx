/** Stands in a dialog once its change waits for another person. */
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import type { ApprovalAsked } from "../../contract/approvals.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { AppLink } from "../components/app-link.tsx";
import { CopyButton } from "../components/copy-button.tsx";
import { absoluteText } from "../components/clock.ts";

export function WaitsNotice({ asked }: { asked: ApprovalAsked }) {
  const { approvalRequest, deduplicated, invitationSecret } = asked;
  const link = invitationSecret === null ? null : `${location.origin}${PAGES.join}#${invitationSecret}`;
  return (
    <>
      <div className="flex flex-col gap-3 px-6 pt-1 pb-6">
        <p role="status">
          {deduplicated ? "An equal request waits already" : "Your request waits"} for another person&apos;s approval,{" "}
          until {absoluteText(approvalRequest.endsAt)}. Nothing has changed yet.
        </p>
        {link === null ? null : (
          <>
            <p>
              This is the invitation&apos;s link. It is shown now and never again, and opens once the request is
              approved.
            </p>
            <div className="flex flex-wrap items-center gap-3 rounded-md bg-kumo-tint p-3">
              <code className="min-w-0 flex-1 basis-60 font-mono text-xs break-all select-all">{link}</code>
              <CopyButton text={link}>Copy the link</CopyButton>
            </div>
          </>
        )}
        <p>
          <AppLink href={asked.href}>See it under Approvals</AppLink>
        </p>
      </div>
      <div className="flex justify-end border-t border-kumo-line px-6 py-4">
        <Dialog.Close render={<Button type="button">Done</Button>} />
      </div>
    </>
  );
}
