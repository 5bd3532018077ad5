import { Button } from "./button.tsx";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import { copyText } from "./copy-button.tsx";

/** An id that support, or Microsoft's, asks for: whole, and copied with one press. */
export function RequestId({ id, what = "request id" }: { id: string; what?: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="font-mono break-all">{id}</code>
      <Button
        variant="ghost"
        size="sm"
        shape="square"
        icon={CopyIcon}
        aria-label={`Copy ${what}`}
        className="-my-1"
        onClick={() => void copyText(id)}
      />
    </span>
  );
}
