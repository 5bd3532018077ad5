import { DownloadSimpleIcon } from "@phosphor-icons/react/DownloadSimple";

interface FileLinkProps {
  href: string;
  /** The file's name; the server's own where none is given. */
  name?: string;
  /** What a screen reader says instead of the visible word, which says less. */
  label: string;
  children: string;
}

/** A link that looks like a button and saves a file. */
export function FileLink({ href, name, label, children }: FileLinkProps) {
  return (
    <a
      href={href}
      download={name ?? true}
      aria-label={label}
      className="inline-flex h-8 items-center gap-1.5 rounded-md bg-kumo-base px-3 font-medium ring ring-kumo-line hover:bg-kumo-tint"
    >
      <DownloadSimpleIcon size={16} aria-hidden />
      {children}
    </a>
  );
}
