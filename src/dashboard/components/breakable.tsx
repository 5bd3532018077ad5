import { Fragment } from "react";

/** Ids of definitions are one long word; they may break where people see its parts. */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[_~/.])/).map((part, at) => (
    <Fragment key={at}>
      {at === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}
