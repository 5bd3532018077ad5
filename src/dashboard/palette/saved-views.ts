/** Views of pages that a person has named: a page with its filters and its order. They are kept in this browser, and told so. */
import { keptText } from "../components/kept-text.ts";
import { z } from "zod";

const KEY = "tenantatlas.views";
/** The oldest gives way. */
const MOST = 50;

const viewSchema = z.object({
  name: z.string().min(1).max(80),
  /** The tenant whose page it is: ids in filters are of one tenant. */
  slug: z.string(),
  /** A page of this console, and no other place. */
  address: z.string().regex(/^\/(?!\/)/),
});
export type SavedView = z.infer<typeof viewSchema>;
const viewsSchema = z.array(viewSchema);

/** What was kept; nothing of what cannot be read. */
export function parseViews(text: string | null): SavedView[] {
  if (text === null) return [];
  try {
    const views = viewsSchema.safeParse(JSON.parse(text));
    return views.success ? views.data : [];
  } catch {
    return [];
  }
}

/** With a view more, the newest first. A name is there once within a tenant. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [view, ...withoutView(views, view)].slice(0, MOST);
}

export function withoutView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return views.filter(({ name, slug }) => name !== view.name || slug !== view.slug);
}

export function viewsOfTenant(views: readonly SavedView[], slug: string): SavedView[] {
  return views.filter((view) => view.slug === slug);
}

export function readViews(): SavedView[] {
  return parseViews(keptText(KEY));
}

export function keepViews(views: readonly SavedView[]): void {
  localStorage.setItem(KEY, JSON.stringify(views));
}
