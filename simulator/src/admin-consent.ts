/**
 * The page on which an administrator consents to an application (Microsoft's "Admin consent on the Microsoft identity platform"). The
 * simulated administrator says which tenant is theirs. A refusal carries `admin_consent=True` too, as Microsoft's does.
 */
const NEEDED = ["client_id", "redirect_uri", "state", "scope"];

/** Answers the page, or leads back once `decision` stands in the address. */
export function adminConsent(url: URL): Response {
  const query = url.searchParams;
  for (const name of NEEDED) {
    if ((query.get(name) ?? "") === "")
      return page("Something is missing", `<p>AADSTS900144: the request has no ${name}.</p>`, 400);
  }
  const back = URL.parse(query.get("redirect_uri") ?? "");
  if (back === null) return page("Not registered", "<p>AADSTS50011: the redirect URI is no address.</p>", 400);
  const decision = query.get("decision");
  if (decision === null) return ask(query);
  back.searchParams.set("admin_consent", "True");
  back.searchParams.set("state", query.get("state") ?? "");
  if (decision === "accept") {
    back.searchParams.set("tenant", query.get("directory") ?? "");
    back.searchParams.set("scope", query.get("scope") ?? "");
  } else {
    back.searchParams.set("error", "access_denied");
    back.searchParams.set("error_description", "AADSTS65004: User declined to consent to access the app.");
  }
  return new Response(null, { status: 302, headers: { location: back.href } });
}

function ask(query: URLSearchParams): Response {
  const kept = [...query].map(([name, value]) => `<input type="hidden" name="${text(name)}" value="${text(value)}">`);
  return page(
    "Permissions requested",
    `<p>Application <code>${text(query.get("client_id") ?? "")}</code> asks for all that it is registered with.</p>
     <form>${kept.join("")}
       <p><label>Your tenant's id <input name="directory" size="40"></label></p>
       <button name="decision" value="accept">Accept</button> <button name="decision" value="cancel">Cancel</button>
     </form>`,
    200,
  );
}

function page(title: string, body: string, status: number): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
