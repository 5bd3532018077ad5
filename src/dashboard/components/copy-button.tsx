import { Button } from "./button.tsx";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import type { ReactNode } from "react";
import { toastManager } from "../shell/toasts.tsx";

/** Copies a text and says so, or says what to do where the browser does not allow it. */
export function CopyButton({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Button size="sm" icon={CopyIcon} onClick={() => void copyText(text)}>
      {children}
    </Button>
  );
}

/** Copies a text and tells the result by a toast. Never throws. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toastManager.add({ title: "Copied", variant: "success", timeout: 2_500 });
  } catch {
    toastManager.add({
      title: "The browser did not allow copying",
      description: "Select the text and copy it by hand.",
      variant: "error",
    });
  }
}
