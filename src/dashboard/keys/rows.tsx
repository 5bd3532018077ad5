/** The rows of a list of records, in a list and in a table: one stop of the Tab key, with the keys of all lists. */
import type { ComponentProps } from "react";
import { useListKeys } from "./list-keys.ts";

export function Rows(props: Omit<ComponentProps<"ul">, "ref">) {
  return <ul ref={useListKeys()} {...props} />;
}

export function TableRows(props: Omit<ComponentProps<"tbody">, "ref">) {
  return <tbody ref={useListKeys()} {...props} />;
}
