/** A link to a page of the console, inside a text. */
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

function Anchor({ children, className = "", ...rest }: ComponentProps<"a">) {
  return (
    <a {...rest} className={`text-kumo-link underline underline-offset-2 ${className}`}>
      {children}
    </a>
  );
}

export const TextLink = createLink(Anchor);
