/** Which page of another tenant is of the same kind as one of this. Pure. */
import { PAGES } from "../../contract/console-addresses.ts";

const FRAME_SEGMENTS = PAGES.overview.split("/").length;

/**
 * The pattern of the page to show after a change of tenant: the same page; of a page about one record the list that it is in, for the record is the
 * tenant's own; the overview where there is no such list.
 *
 * @param pattern of the page that is shown
 * @param pages the patterns of all pages: the router's own
 */
export function keptPage(pattern: string, pages: ReadonlySet<string>): string {
  const segments = pattern.replace(/\/$/, "").split("/");
  const record = segments.findIndex((segment, at) => at >= FRAME_SEGMENTS && segment.startsWith("$"));
  const kept = record === -1 ? segments : segments.slice(0, record);
  while (kept.length > FRAME_SEGMENTS && !pages.has(kept.join("/"))) kept.pop();
  return kept.join("/");
}
