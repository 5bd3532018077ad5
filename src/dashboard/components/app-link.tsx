/** A link to an address that the server gave (`Run.href`), followed without reloading the page. */
import { useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, MouseEvent } from "react";

type AppLinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

export function AppLink({ href, onClick, className, children, ...rest }: AppLinkProps) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    // Only an address of this console is handed to the router; the browser decides about any other.
    if (event.defaultPrevented || !plain || !/^\/(?!\/)/.test(href)) return;
    event.preventDefault();
    router.history.push(href);
  };
  return (
    <a href={href} onClick={follow} className={className ?? "text-kumo-link underline underline-offset-2"} {...rest}>
      {children}
    </a>
  );
}
