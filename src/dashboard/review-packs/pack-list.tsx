/** Packs as rows, newest first; those that are being written show the progress of their run. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { ReviewPack } from "../../contract/review-packs.ts";
import { EmptyState } from "../components/states.tsx";
import { RecordList } from "../runs/record-list.tsx";
import { RevealedRow } from "../runs/revealed-row.tsx";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { PackRow } from "./pack-row.tsx";
import { reviewPacksQuery } from "./queries.ts";

export function PackList() {
  const tenant = useTenant();
  return (
    <RecordList
      query={useInfiniteQuery(reviewPacksQuery(tenant))}
      active={useRunsUnderWay("review-pack.generate")}
      activeTitle={() => "Pack being written"}
      renderRow={(pack) => <Revealed pack={pack} />}
      empty={
        <EmptyState title="No pack has been made yet">
          Take an evidence snapshot first, then press “New review pack”.
        </EmptyState>
      }
      loadMore="Load older packs"
    />
  );
}

function Revealed({ pack }: { pack: ReviewPack }) {
  return (
    <RevealedRow named={useSearch({ from: PAGES.reviewPacks }).pack === pack.id}>
      <PackRow pack={pack} />
    </RevealedRow>
  );
}
