/** Saves a list as a file: read to its end by its own route, told exactly, and to be given up at any time. */
import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { DownloadSimpleIcon } from "@phosphor-icons/react/DownloadSimple";
import { useEffect, useRef, useState } from "react";
import { counted, digits } from "../components/digits.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { type FileColumn, fileName, type ListFormat, listFile } from "./list-file.ts";
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
      <Button size="sm" onClick={() => going.current?.abort()}>
        <span role="status">
          {digits(read)} {noun[1]} read
        </span>
        <span className="text-kumo-subtle"> · Cancel</span>
      </Button>
    );
  }
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button size="sm" icon={DownloadSimpleIcon}>
            Save<span className="sr-only"> this list as a file</span>
          </Button>
        }
      />
      <DropdownMenu.Content align="end">
        <DropdownMenu.Item onClick={() => void save("csv")}>CSV, for a spreadsheet</DropdownMenu.Item>
        <DropdownMenu.Item onClick={() => void save("json")}>JSON, all that is told</DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}

function download({ text, media }: { text: string; media: string }, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: media }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
