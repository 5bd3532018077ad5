/** Which tenant this browser looked at last: where `/` leads. Without storage it leads to the first tenant. */
import { keepText, keptText } from "../components/kept-text.ts";

const STORAGE_KEY = "tenantatlas.lastTenant";

export function rememberTenant(slug: string): void {
  keepText(STORAGE_KEY, slug);
}

export function lastTenant(): string | null {
  return keptText(STORAGE_KEY);
}
