/**
 * The secret of an invitation's link, while its reader signs in: in this tab alone, and not in the address, which browsers remember and
 * the sign-in would pass on.
 */
const STORAGE_KEY = "tenantatlas.invitation";

/** Takes the secret out of the address, or what was taken before. Empty when there is none. */
export function takeSecret(): string {
  const secret = location.hash.slice(1);
  try {
    if (secret === "") return sessionStorage.getItem(STORAGE_KEY) ?? "";
    sessionStorage.setItem(STORAGE_KEY, secret);
  } catch {
    // Without storage the address keeps the secret, and a sign-in loses it: the person opens the link again.
    return secret;
  }
  history.replaceState(history.state, "", location.pathname);
  return secret;
}

export function forgetSecret(): void {
  try {
    sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Nothing was kept.
  }
}
