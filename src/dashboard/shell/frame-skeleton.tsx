import { Wordmark } from "./wordmark.tsx";

/** The frame of a tenant's pages while it is not known who is there. `index.html` begins with the same, so that nothing moves. */
export function FrameSkeleton() {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <div className="h-[2.8125rem] border-b border-kumo-line bg-kumo-base md:h-auto md:border-r md:border-b-0">
        <div className="hidden h-14 items-center px-4 md:flex">
          <Wordmark />
        </div>
      </div>
      <div>
        <div className="h-14 border-b border-kumo-line bg-kumo-base" />
        <div role="status" className="mx-auto flex w-full max-w-6xl flex-col gap-3 px-4 py-5 md:px-8 md:py-7">
          <span className="sr-only">Loading</span>
          <div aria-hidden className="skeleton-block h-7 w-1/3" />
          <div aria-hidden className="skeleton-block mt-3 h-5 w-full" />
          <div aria-hidden className="skeleton-block h-5 w-full" />
          <div aria-hidden className="skeleton-block h-5 w-2/3" />
        </div>
      </div>
    </div>
  );
}
