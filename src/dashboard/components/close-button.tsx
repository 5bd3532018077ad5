/** What closes the dialog around it. */
import { createContext, type ReactNode, useContext } from "react";
import { Button } from "./button.tsx";

/** Closes the dialog; null outside of one. */
export const DialogClose = createContext<(() => void) | null>(null);

export function CloseButton({ children }: { children: ReactNode }) {
  const close = useContext(DialogClose);
  return <Button onClick={() => close?.()}>{children}</Button>;
}
