/** What a message says in each kind of channel. Pure. No text of a tenant is taken for markup of the receiver. */
import { PAGES, pageAddress } from "../contract/console-addresses.ts";
import { MAX_LISTED, type NewsItem, type NewsSeverity } from "../contract/news.ts";

export interface Rendered {
  id: string;
  /** ISO 8601, UTC: when the message was made. */
  createdAt: string;
  /** Null for news over tenants: each item names its own. */
  tenant: { slug: string; name: string } | null;
  /** At most `MAX_LISTED`. */
  items: readonly NewsItem[];
  /** Of all. */
  count: number;
  test: boolean;
  /** Origin of the console; null where the deployment does not know it: then there are no links. */
  origin: string | null;
}

const LONGEST_SUBJECT = 300;

const SEVERITY_WORDS: Readonly<Record<NewsSeverity, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};

/** One line for all of it: "Contoso: Inventory sync failed", or how much there is. */
export function headline({ tenant, items: [first], count, test }: Rendered): string {
  const about = test ? "Test message" : count === 1 && first !== undefined ? lineOf(first) : `${count} news`;
  return short(tenant === null && count === 1 && !test ? about : `${tenant?.name ?? "Your tenants"}: ${about}`);
}

/** What is said of an item, with its tenant where the message is over tenants. */
function lineOf({ tenant, subject }: NewsItem): string {
  return tenant === undefined ? subject : `${tenant.name}: ${subject}`;
}

function short(text: string): string {
  const letters = Array.from(text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " "));
  return letters.length <= LONGEST_SUBJECT ? letters.join("") : `${letters.slice(0, LONGEST_SUBJECT - 1).join("")}…`;
}

function more({ items, count }: Rendered): string | null {
  return count > items.length ? `and ${count - items.length} more` : null;
}

function linkOf({ origin }: Rendered, { href }: Pick<NewsItem, "href">): string | null {
  return origin === null || href === null ? null : `${origin}${href}`;
}

function overviewOf({ tenant }: Rendered): string {
  return tenant === null ? PAGES.home : pageAddress(PAGES.overview, { slug: tenant.slug });
}

/** Where channels and rules are shown: a tenant's, or the person's own. */
export function settingsOf(tenant: Rendered["tenant"]): string {
  return tenant === null ? PAGES.ownNews : pageAddress(PAGES.news, { slug: tenant.slug });
}

/** The body of a webhook. */
export function webhookBody(message: Rendered): string {
  const { createdAt, tenant, items, count, test } = message;
  return JSON.stringify({
    type: test ? "news.test" : "news",
    timestamp: createdAt,
    data: { tenant, count, items: items.map((item) => ({ ...item, url: linkOf(message, item) })) },
  });
}

/** The body for a workflow of Power Automate: an adaptive card. Its texts are runs, which hold no markdown. */
export function teamsBody(message: Rendered): string {
  const line = (text: string, weight: "Default" | "Bolder" = "Default", isSubtle = false) => ({
    type: "RichTextBlock",
    inlines: [{ type: "TextRun", text, weight, isSubtle }],
  });
  const rest = more(message);
  const [first] = message.items;
  const open =
    first === undefined ? null : linkOf(message, message.count === 1 ? first : { href: overviewOf(message) });
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      line(headline(message), "Bolder"),
      ...message.items.map((item) => line(`${SEVERITY_WORDS[item.severity]}: ${short(lineOf(item))}`)),
      ...(rest === null ? [] : [line(rest, "Default", true)]),
    ],
    actions: open === null ? [] : [{ type: "Action.OpenUrl", title: "Open in TenantAtlas", url: open }],
  };
  return JSON.stringify({
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card }],
  });
}

/** The body for an incoming webhook of Slack: blocks, and the same in one text for notifications. */
export function slackBody(message: Rendered): string {
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text, verbatim: true } });
  const rest = more(message);
  const lines = message.items.map((item) => {
    const link = linkOf(message, item);
    const open = link === null ? "" : ` <${escaped(link)}|Open>`;
    // An asterisk of a name would end the bold of another: names are plain.
    return section(`*${SEVERITY_WORDS[item.severity]}* ${escaped(short(lineOf(item)))}${open}`);
  });
  return JSON.stringify({
    text: escaped(headline(message)),
    blocks: [section(`*${escaped(headline(message))}*`), ...lines, ...(rest === null ? [] : [section(rest)])],
  });
}

/** Subject and text of a mail. */
export function mailText(message: Rendered): { subject: string; text: string } {
  const lines = message.items.flatMap((item) => {
    const link = linkOf(message, item);
    return [
      `${SEVERITY_WORDS[item.severity]}: ${short(lineOf(item))}`,
      `  ${item.at}${link === null ? "" : `  ${link}`}`,
    ];
  });
  const rest = more(message);
  const settings = linkOf(message, { href: settingsOf(message.tenant) });
  const of = message.tenant === null ? "your tenants" : `tenant ${short(message.tenant.name)}`;
  const end = ["", `TenantAtlas, ${of}. Message ${message.id}.`];
  if (settings !== null) end.push(`What is told is chosen at ${settings}`);
  return { subject: headline(message), text: [...lines, ...(rest === null ? [] : [rest]), ...end, ""].join("\n") };
}

/** What a notification in the console says, and where it leads to. */
export function bellText(message: Rendered): { title: string; body: string; href: string } {
  const [first] = message.items;
  if (message.test) return { title: "Test message", body: "This channel works.", href: settingsOf(message.tenant) };
  if (message.count === 1 && first !== undefined) {
    return {
      title: short(first.subject),
      body: SEVERITY_WORDS[first.severity],
      href: first.href ?? overviewOf(message),
    };
  }
  const told = message.items.slice(0, 3).map(({ subject }) => subject);
  return { title: `${message.count} news`, body: short(told.join("; ")), href: settingsOf(message.tenant) };
}

/** The items of a message that are listed in it. */
export function listed(items: readonly NewsItem[]): NewsItem[] {
  return items.slice(0, MAX_LISTED);
}
