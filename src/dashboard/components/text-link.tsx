/** A link to a page of the console, inside a text. */
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

function Anchor({ children, ...rest }: ComponentProps<"a">) {
  return (
    <a {...rest} className="text-kumo-link underline underline-offset-2">
      {children}
    </a>
  );
}

export const TextLink = createLink(Anchor);
