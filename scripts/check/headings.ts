/** The headings of a Markdown page, with what a reference may call them. */
export interface Heading {
  title: string;
  /** "4" of "4. The contract"; null for a heading without a number. */
  number: string | null;
  /** What a link names it by, as GitHub makes it. */
  slug: string;
}

export function headingsOf(page: string): Heading[] {
  const seen = new Map<string, number>();
  return [...withoutFences(page).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, raw = ""]) => {
    const title = raw.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
    const plain = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const before = seen.get(plain) ?? 0;
    seen.set(plain, before + 1);
    const [, number = null] = /^(\d+(?:\.\d+)*)\.? /.exec(title) ?? [];
    return { title, number, slug: before === 0 ? plain : `${plain}-${before}` };
  });
}

/** The page with its fenced blocks blanked out; of the same length, so that positions hold. */
export function withoutFences(page: string): string {
  return page.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, " "));
}
