/** A secret that is shown once, inside a dialog, with a way to copy it. */
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import { DialogBody } from "./form-dialog.tsx";

interface ShownOnceProps {
  /** What it is, in one word: "link". */
  what: string;
  secret: string;
  /** The button that closes the dialog. */
  done: ReactNode;
  /** What follows from having it. */
  children: ReactNode;
}

export function ShownOnce({ what, secret, done, children }: ShownOnceProps) {
  return (
    <>
      <DialogBody>
        <p role="status">{children}</p>
        <div className="flex flex-wrap items-center gap-3 rounded-md bg-kumo-tint p-3">
          <code className="min-w-0 flex-1 basis-60 font-mono text-xs break-all select-all">{secret}</code>
          <CopyButton text={secret}>Copy the {what}</CopyButton>
        </div>
      </DialogBody>
      <div className="flex justify-end border-t border-kumo-line px-6 py-4">{done}</div>
    </>
  );
}
