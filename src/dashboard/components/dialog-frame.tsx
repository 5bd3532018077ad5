/** What draws a dialog, keeps the focus in it and gives it back. Loaded when the first dialog opens. */
import { Dialog } from "@cloudflare/kumo/components/dialog";
import type { FrameProps } from "./form-dialog.tsx";

export function DialogFrame({ title, description, role = "dialog", open, onOpenChange, children }: FrameProps) {
  return (
    <Dialog.Root role={role} open={open} onOpenChange={onOpenChange}>
      <Dialog size="lg" className="flex max-h-[calc(100dvh-4rem)] flex-col sm:max-h-[calc(100dvh-8rem)]">
        <div className="px-6 pt-6 pb-3">
          <Dialog.Title className="text-base font-semibold break-words">{title}</Dialog.Title>
          {description === undefined ? null : (
            <Dialog.Description render={<div />} className="mt-1 flex flex-col gap-2 text-kumo-subtle">
              {description}
            </Dialog.Description>
          )}
        </div>
        {children}
      </Dialog>
    </Dialog.Root>
  );
}
