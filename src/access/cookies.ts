/**
 * The two cookies of a sign-in. `__Host-` makes a browser refuse them without `Secure`, from another host, or for a part of the site.
 * `Lax`, since `Strict` is not sent when the provider's page leads back here.
 */
export const SESSION_COOKIE = "__Host-tenantatlas-session";
/** What a browser keeps between leaving for the provider and coming back. */
export const SIGN_IN_COOKIE = "__Host-tenantatlas-sign-in";

/** A cookie to set. `maxAgeSeconds` 0 deletes it. */
export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
}

/** The cookie of a request; null without one. The first one of the name, as browsers order them. */
export function cookieOf(request: Request, name: string): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [key = "", ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}
