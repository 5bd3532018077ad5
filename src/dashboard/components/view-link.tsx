/** One of the views of a page, in a `<nav>`. */
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

function ViewAnchor({ current, children, ...rest }: ComponentProps<"a"> & { current: boolean }) {
  return (
    <a
      {...rest}
      aria-current={current ? "page" : undefined}
      className={`-mb-px border-b-2 px-0.5 py-2 ${
        current ? "border-(--bar-fill) font-medium" : "border-transparent text-kumo-subtle hover:text-kumo-default"
      }`}
    >
      {children}
    </a>
  );
}

export const ViewLink = createLink(ViewAnchor);
