/**
 * Whether what pages and comments refer to is there: pages, files, folders, sections, headings, decisions, rows of the failure
 * catalogue. It reads all Markdown pages and the comments of code; of strings in code, it reads the names of pages.
 */
import { globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { type Heading, headingsOf, withoutFences } from "./headings.ts";
import type { Verdict } from "./verdict.ts";

/** The folders at the root. What begins with one of them is taken for a path of this repository. */
const ROOMS = "bench|decisions|docs|migrations|scripts|simulator|specs|src|test";
const PATH = new RegExp(`(?<![\\w@/.-])(?:\\.{1,2}/)*(?:${ROOMS})/[\\w.*/-]*[\\w*/]`, "g");
const PAGE_IN_ROOM = new RegExp(`(?<![\\w@/.-])(?:${ROOMS})/[\\w./-]+\\.md\\b`, "g");
const PAGE = /(?<![\w@/.<*-])\w[\w./-]*\.md\b/g;
/** A source file by the end of its path, between backticks. */
const SOURCE = /(?<=`)\w[\w./-]*\.(?:tsx?|mjs|toml)(?=`)/g;
const LINK = /\]\(([^)\s]+)\)/g;
/** What a link is called is judged by where it leads. */
const WHOLE_LINK = /\[[^[\]]*\]\([^)\s]+\)/g;
const SECTION = /((?:\.{1,2}\/)*\w[\w./-]*\.md)[`)\]]*,\s+sections?\s+(\d+(?:\.\d+)*)/g;
const QUOTED_HEADING = /((?:\.{1,2}\/)*\w[\w./-]*\.md)[`)\]]*,\s+"([^"]+)"/g;
const DECISION = /\bdecisions?[ /](\d{3})\b(?![-\d])/g;
const DECISION_BY_NUMBER = /^(?:\.\.\/)*decisions\/\d{3}$/;
const CATALOGUE_ROW = /\bF(\d{1,2})\b/g;
const CATALOGUE = "docs/design/failure-catalogue.md";
/** Tests use exported policies that may lie beside the repository. Nothing else outside may be referred to. */
const OUTSIDE = /\.\.\/shared\/(?!realdata)[\w./-]+/g;

const IGNORED = new Set(["node_modules", "dist", ".git", ".wrangler", "coverage", "test-results"]);
const GENERATED = new Set(["worker-configuration.d.ts"]);
const CODE = /\.(?:tsx?|mjs)$/;
const OTHER_TEXT = /\.(?:toml|css|html)$/;

export function judgeReferences(root: string): Verdict {
  const faults = referenceFaults(root);
  return { passed: faults.length === 0, output: faults.join("\n") };
}

/** Each reference that leads nowhere, as "file:line: what is wrong". */
export function referenceFaults(root: string): string[] {
  const references = new References(root);
  return references.files.flatMap((file) => references.faultsOf(file));
}

class References {
  /** All files of the repository, relative to its root, with forward slashes. */
  readonly files: readonly string[];
  readonly #root: string;
  readonly #paths: ReadonlySet<string>;
  /** What the product or its tools write, and git ignores: it may be referred to and need not be there. */
  readonly #written: readonly string[];
  readonly #headings = new Map<string, readonly Heading[]>();

  constructor(root: string) {
    this.#root = root;
    this.files = listFiles(root, "");
    this.#paths = new Set(this.files.flatMap((file) => [file, ...foldersOf(file)]));
    this.#written = this.#paths.has(".gitignore") ? this.#read(".gitignore").split("\n").filter(Boolean) : [];
  }

  faultsOf(file: string): string[] {
    if (GENERATED.has(file)) return [];
    if (file.endsWith(".md")) return this.#faultsOfPage(file);
    if (CODE.test(file)) return this.#faultsOfCode(file);
    return OTHER_TEXT.test(file) ? this.#faultsOfText(file) : [];
  }

  #faultsOfPage(file: string): string[] {
    const source = this.#read(file);
    const found = new Faults(file, source);
    for (const { index, 1: target = "" } of withoutFences(source).matchAll(LINK))
      found.add(index, this.#linkFault(file, target));
    const prose = source.replace(WHOLE_LINK, (link) => " ".repeat(link.length));
    this.#mentions(file, prose, 0, found);
    return found.inOrder();
  }

  #faultsOfCode(file: string): string[] {
    const source = this.#read(file);
    const found = new Faults(file, source);
    for (const { start, value } of parseSync(file, source).comments) {
      this.#mentions(file, onOneLine(value), start + "/*".length, found);
    }
    // Tests plant references that lead nowhere.
    if (!file.startsWith("test/")) this.#pages(file, source, found);
    return found.inOrder();
  }

  #faultsOfText(file: string): string[] {
    const source = this.#read(file);
    const found = new Faults(file, source);
    this.#pages(file, source, found);
    return found.inOrder();
  }

  #pages(file: string, text: string, found: Faults): void {
    for (const { index, 0: page } of text.matchAll(PAGE_IN_ROOM)) found.add(index, this.#pathFault(file, page));
  }

  /** `offset` is where `text` begins in the file. */
  #mentions(file: string, text: string, offset: number, found: Faults): void {
    const look = (pattern: RegExp, faultOf: (match: RegExpMatchArray) => string | null): void => {
      for (const match of text.matchAll(pattern)) found.add(offset + match.index, faultOf(match));
    };
    look(PATH, ([mention]) => (DECISION_BY_NUMBER.test(mention) ? null : this.#pathFault(file, mention)));
    look(PAGE, ([mention]) => this.#pathFault(file, mention));
    look(SOURCE, ([mention]) => this.#sourceFault(file, mention));
    look(SECTION, ([, page = "", number = ""]) =>
      this.#headingFault(file, page, (heading) => heading.number === number, `section ${number}`),
    );
    look(QUOTED_HEADING, ([, page = "", title = ""]) =>
      this.#headingFault(file, page, (heading) => heading.title === title, `heading “${title}”`),
    );
    look(DECISION, ([, number = ""]) => this.#decisionFault(number));
    look(CATALOGUE_ROW, ([, row = ""]) => this.#rowFault(row));
    look(OUTSIDE, ([mention]) => `${mention} is outside the repository`);
  }

  /** The path from the root, for a mention relative to the root or to the file; null when nothing is there. */
  #resolve(file: string, mention: string): string | null {
    const beside = path.posix.join(path.posix.dirname(file), mention);
    for (const candidate of [path.posix.normalize(mention), beside]) {
      const name = candidate.replace(/\/$/, "");
      const isWritten = this.#written.some((entry) => `${name}/`.startsWith(entry.replace(/\/?$/, "/")));
      if (this.#paths.has(name) || isWritten) return name;
      if (name.includes("*") && globSync(name, { cwd: this.#root }).length > 0) return name;
    }
    return null;
  }

  #pathFault(file: string, mention: string): string | null {
    return this.#resolve(file, mention) === null ? `there is no ${mention}` : null;
  }

  #sourceFault(file: string, mention: string): string | null {
    if (this.files.some((each) => each.endsWith(`/${mention}`))) return null;
    return this.#pathFault(file, mention);
  }

  #linkFault(file: string, link: string): string | null {
    if (/^[a-z]+:/.test(link)) return null;
    const [target = "", anchor] = link.split("#");
    const page = target === "" ? file : path.posix.join(path.posix.dirname(file), target).replace(/\/$/, "");
    if (!this.#paths.has(page)) return `the link ${link} leads nowhere`;
    if (anchor === undefined || !page.endsWith(".md")) return null;
    return this.#headingsOf(page).some(({ slug }) => slug === anchor) ? null : `${page} has no heading #${anchor}`;
  }

  #headingFault(file: string, mention: string, fits: (heading: Heading) => boolean, what: string): string | null {
    const page = this.#resolve(file, mention);
    // That there is no such page is told by the mention itself.
    if (page === null || this.#headingsOf(page).some(fits)) return null;
    return `${page} has no ${what}`;
  }

  #decisionFault(number: string): string | null {
    const exists = this.files.some((file) => file.startsWith(`decisions/${number}-`));
    return exists ? null : `there is no decision ${number}`;
  }

  #rowFault(row: string): string | null {
    const exists = this.#paths.has(CATALOGUE) && this.#read(CATALOGUE).includes(`\n| F${row} |`);
    return exists ? null : `${CATALOGUE} has no row F${row}`;
  }

  #headingsOf(page: string): readonly Heading[] {
    const known = this.#headings.get(page);
    if (known !== undefined) return known;
    const headings = headingsOf(this.#read(page));
    this.#headings.set(page, headings);
    return headings;
  }

  #read(file: string): string {
    return readFileSync(path.join(this.#root, file), "utf8");
  }
}

/** The faults of one file by line; what is wrong in two ways of reading is told once. */
class Faults {
  readonly #file: string;
  readonly #source: string;
  readonly #lines = new Map<string, number>();

  constructor(file: string, source: string) {
    this.#file = file;
    this.#source = source;
  }

  add(at: number, fault: string | null): void {
    if (fault === null) return;
    const line = this.#source.slice(0, at).split("\n").length;
    this.#lines.set(`${this.#file}:${line}: ${fault}`, line);
  }

  inOrder(): string[] {
    return [...this.#lines].sort(([, a], [, b]) => a - b).map(([fault]) => fault);
  }
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !IGNORED.has(name))
    .flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, name) : [name];
    })
    .sort();
}

function foldersOf(file: string): string[] {
  const folders = file.split("/").slice(0, -1);
  return folders.map((_, index) => folders.slice(0, index + 1).join("/"));
}

/** A comment without its line breaks and stars; of the same length, so that positions hold. */
function onOneLine(comment: string): string {
  return comment.replace(/\n[ \t]*\*?/g, (gap) => " ".repeat(gap.length));
}
