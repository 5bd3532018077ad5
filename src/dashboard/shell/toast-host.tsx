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
  useEffect(tellOfCloseButtons, []);
  return (
    <Toasty toastManager={manager} container={document.getElementById("toasts")}>
      {null}
    </Toasty>
  );
}

/**
 * Kumo's toasts hide their close button from screen readers until the pointer or the focus is on a toast; the Tab key reaches it all the
 * same. Whatever has the focus has to be told.
 */
function tellOfCloseButtons(): () => void {
  const place = document.getElementById("toasts");
  if (place === null) return () => {};
  const tell = () => {
    for (const button of place.querySelectorAll("[data-kumo-part=close][aria-hidden]")) {
      button.removeAttribute("aria-hidden");
    }
  };
  tell();
  const observer = new MutationObserver(tell);
  observer.observe(place, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-hidden"] });
  return () => observer.disconnect();
}
