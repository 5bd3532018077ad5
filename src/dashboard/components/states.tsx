/** What stands where content is not: loading, nothing there, or an error; each says what to do next. */
import { Button } from "./button.tsx";
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import type { ReactNode } from "react";
import { ApiProblem, isSignedOut } from "../../client/problem.ts";
import { describeProblem } from "../api/problem.ts";
import { SignInLink } from "./sign-in-link.tsx";

/** `lines` rows of the height that the content will have, so that its arrival moves nothing. */
export function Skeleton({ lines, lineHeight = "h-5" }: { lines: number; lineHeight?: string }) {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} aria-hidden className={`skeleton-block ${lineHeight} ${at % 3 === 2 ? "w-2/3" : "w-full"}`} />
      ))}
    </div>
  );
}

export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children ? <div className="max-w-md text-kumo-subtle">{children}</div> : null}
    </div>
  );
}

/** A refusal stays a refusal: only what may pass by itself is worth another try. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ApiProblem) || ![400, 401, 403, 404, 410].includes(error.status);
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = describeProblem(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <WarningCircleIcon size={24} aria-hidden className="text-kumo-danger" />
      <p className="font-medium">{words.title}</p>
      <p className="max-w-md text-kumo-subtle">{words.advice}</p>
      {isSignedOut(error) && error.signInPath !== null ? (
        <p className="mt-2">
          <SignInLink path={error.signInPath} returnTo={location.pathname + location.search} />
        </p>
      ) : null}
      {onRetry && mayPass(error) ? (
        <Button size="sm" onClick={onRetry} className="mt-2">
          Try again
        </Button>
      ) : null}
    </div>
  );
}

interface NotLoadedProps {
  /** Null while the first answer is awaited. */
  error: unknown;
  onRetry: () => void;
  lines: number;
  lineHeight?: string;
}

/** Stands where the data of a query goes until they are there: loading, or why they are not. */
export function NotLoaded({ error, onRetry, ...rows }: NotLoadedProps) {
  return error === null ? <Skeleton {...rows} /> : <ErrorState error={error} onRetry={onRetry} />;
}
