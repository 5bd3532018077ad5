/** Shows the page's toasts. Loaded with the first of them, or after the first page. */
import { createKumoToastManager, Toasty } from "@cloudflare/kumo/components/toast";
import { useEffect } from "react";
import { showToasts } from "./toasts.tsx";

const manager = createKumoToastManager();

export function ToastHost() {
  // After Toasty's own effects: from then on it hears of what is added.
  useEffect(
    () =>
      showToasts((toast) => {
        manager.add(toast);
      }),
    [],
  );
  return (
    <Toasty toastManager={manager} container={document.getElementById("toasts")}>
      {null}
    </Toasty>
  );
}
