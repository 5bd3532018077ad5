/** Which tenant this browser looked at last: where `/` leads. */
const STORAGE_KEY = "tenantatlas.lastTenant";

export function rememberTenant(slug: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, slug);
  } catch {
    // Without storage `/` leads to the first tenant.
  }
}

export function lastTenant(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
