/** The databases that tenants lie in, and the moves of tenants between them. Counts are exact, or not shown. */
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tenantMoveRoutes } from "../../contract/routes/tenant-moves.ts";
import { ABANDONABLE, type Shard, type TenantMove } from "../../contract/tenant-moves.ts";
import { call } from "../api/client.ts";
import { listedItems } from "../api/listed-items.ts";
import { ColumnTitles } from "../components/column-titles.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { digits } from "../components/digits.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { bytesText } from "../review-packs/pack-words.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { MoveTenantDialog } from "./move-tenant-dialog.tsx";
import { countsText, MOVE_WORDS } from "./move-words.ts";
import { PlatformFrame } from "./platform-frame.tsx";
import { shardsQuery, tenantMovesQuery } from "./queries.ts";

export function DatabasesPage() {
  const shards = useQuery(shardsQuery);
  return (
    <PlatformFrame
      title="Databases"
      description={<p>Each tenant lies in one database. Move tenants out of one that is too full.</p>}
      actions={shards.data === undefined ? null : <MoveTenantDialog shards={shards.data.items} />}
    >
      <Section title="Databases" id="databases" flush>
        {shards.data === undefined ? (
          <NotLoaded lines={3} lineHeight="h-8" error={shards.error} onRetry={() => void shards.refetch()} />
        ) : (
          <ShardTable shards={shards.data.items} />
        )}
      </Section>
      <Section title="Moves" id="moves" flush>
        <Moves />
      </Section>
    </PlatformFrame>
  );
}

function ShardTable({ shards }: { shards: readonly Shard[] }) {
  return (
    // With large type on a small screen it is wider than its place.
    <div
      role="region"
      aria-label="Table of the databases"
      tabIndex={0}
      className="overflow-x-auto focus-visible:-outline-offset-2"
    >
      <table className="w-full text-left">
        <ColumnTitles titles={["Database", "Tenants", "Size"]} />
        <tbody className="divide-y divide-kumo-line border-t border-kumo-line">
          {shards.map(({ name, tenants, bytes }) => (
            <tr key={name}>
              <th scope="row" className="px-4 py-2 font-medium [overflow-wrap:anywhere]">
                {name}
              </th>
              <td className="tabular px-4 py-2">{digits(tenants)}</td>
              <td className="tabular px-4 py-2">
                {bytes === null ? "Not known: it does not answer" : bytesText(bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Moves() {
  const query = useInfiniteQuery({ ...tenantMovesQuery, refetchInterval: 30_000 });
  const moves = listedItems(query);
  if (moves === undefined) {
    return <NotLoaded lines={3} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (moves.length === 0)
    return <EmptyState title="No tenant has been moved">Tenants are where they were made.</EmptyState>;
  return (
    <>
      <ul className="divide-y divide-kumo-line">
        {moves.map((move) => (
          <MoveRow key={move.id} move={move} />
        ))}
      </ul>
      <LoadMore query={query} label="Load older moves" />
    </>
  );
}

function MoveRow({ move }: { move: TenantMove }) {
  const { tenant, from, to, state, phase, problem, reason, requestedBy, requestedAt, lookedAt } = move;
  const { word, variant } = MOVE_WORDS[state];
  const counts = countsText(move);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-80 flex-col gap-1">
        <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium [overflow-wrap:anywhere]">
          <bdi>{tenant.name}</bdi>
          <Badge variant={variant}>{word}</Badge>
        </h3>
        <p className="[overflow-wrap:anywhere]">
          From {from} to {to}. {phase}
          {lookedAt === null ? null : (
            <>
              , <Time at={lookedAt} />
            </>
          )}
          .{counts === null ? null : ` ${counts}.`}
        </p>
        {problem === null ? null : <p className="[overflow-wrap:anywhere] text-kumo-danger">{problem}</p>}
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          Begun by <bdi>{requestedBy.name}</bdi> <Time at={requestedAt} />: “<bdi>{reason}</bdi>”
        </p>
      </div>
      {ABANDONABLE.includes(state) ? <GiveUp move={move} /> : null}
    </li>
  );
}

function GiveUp({ move: { id, tenant, from } }: { move: TenantMove }) {
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const giveUp = useMutation({
    mutationFn: () => call(tenantMoveRoutes.abandon, { params: { moveId: id } }),
    onSuccess: () => toastDone(`${tenant.name} stays in ${from}`),
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["platform"] }),
  });
  return (
    <>
      <Button
        loading={giveUp.isPending}
        onClick={() => setOpen(true)}
        aria-label={`Give up the move of ${tenant.name}`}
      >
        Give up
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Give up the move of ${tenant.name}?`}
        confirmLabel="Give up the move"
        onConfirm={() => giveUp.mutate()}
      >
        <p>The tenant stays in {from} and takes operations again. What was copied is removed.</p>
      </ConfirmDialog>
    </>
  );
}
