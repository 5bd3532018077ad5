/** Saves a list as a file: read to its end by its own route, told exactly, and to be given up at any time. */
import { useEffect, useRef, useState } from "react";
import { counted, digits } from "../components/digits.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { type FileColumn, fileName, LIST_FORMATS, type ListFormat, listFile } from "./list-file.ts";
import { readAll, type ReadPage } from "./read-all.ts";

interface SaveListProps<Item> {
  /** For the file's name: "policies". */
  name: string;
  /** One of the rows, and several. */
  noun: readonly [one: string, many: string];
  readPage: ReadPage<Item>;
  keyOf: (item: Item) => string;
  columns: readonly FileColumn<Item>[];
  /** Where the console filters or orders, and not the server: what it makes of the whole list. */
  choose?: (items: readonly Item[]) => readonly Item[];
}

export function SaveList<Item>({ name, noun, readPage, keyOf, columns, choose }: SaveListProps<Item>) {
  const { slug } = useTenant();
  const [read, setRead] = useState<number | null>(null);
  const going = useRef<AbortController>(null);
  // A page that is left needs no file.
  useEffect(() => () => going.current?.abort(), []);

  const save = async (format: ListFormat) => {
    const stop = new AbortController();
    going.current = stop;
    setRead(0);
    try {
      const all = await readAll(readPage, keyOf, stop.signal, setRead);
      const chosen = choose === undefined ? all : choose(all);
      download(listFile(format, chosen, columns), fileName(slug, name, format, new Date()));
      toastDone(`${counted(chosen.length, ...noun)} saved`);
    } catch (error) {
      if (!stop.signal.aborted) toastProblem(error);
    }
    setRead(null);
  };

  if (read !== null) {
    return (
      <span className="flex items-center gap-2 text-xs text-kumo-subtle tabular">
        <span role="status">
          {digits(read)} {noun[1]} read
        </span>
        <button type="button" className={BUTTON} onClick={() => going.current?.abort()}>
          Cancel
        </button>
      </span>
    );
  }
  return (
    <span role="group" aria-label="Save this list as a file" className="flex items-center gap-1.5">
      {LIST_FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          className={BUTTON}
          aria-label={`Save as ${format.toUpperCase()}`}
          onClick={() => void save(format)}
        >
          {format.toUpperCase()}
        </button>
      ))}
    </span>
  );
}

const BUTTON =
  "h-7 cursor-pointer rounded-md bg-kumo-base px-2 text-xs text-kumo-default ring ring-kumo-line hover:bg-kumo-tint";

function download({ text, media }: { text: string; media: string }, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: media }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
