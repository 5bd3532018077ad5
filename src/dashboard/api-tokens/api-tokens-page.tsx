/** API tokens that reach this tenant: one's own, and for owners everybody's. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { Button } from "@cloudflare/kumo/components/button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiToken } from "../../contract/api-tokens.ts";
import { CAPABILITY_WORDS } from "../../contract/roles.ts";
import { listedItems } from "../api/listed-items.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useCan, useTenantScope } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { NewTokenDialog } from "./new-token-dialog.tsx";
import { apiTokensQuery, useRevokeToken } from "./queries.ts";

export function ApiTokensPage() {
  const { tenant } = useTenantScope();
  const seesAll = useCan("members.manage");
  const query = useInfiniteQuery(apiTokensQuery(tenant));
  const tokens = listedItems(query);
  return (
    <Page
      title="API tokens"
      documentTitle={`${tenant.name} API tokens`}
      description={
        <p className="max-w-2xl">
          Programs prove themselves by them. {seesAll ? "You see those of all members." : "You see your own."} A token
          is refused when its maker is removed or disabled.
        </p>
      }
      actions={<NewTokenDialog />}
    >
      <Panel>
        {tokens === undefined ? (
          <NotLoaded lines={5} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
        ) : tokens.length === 0 ? (
          <EmptyState title="No tokens yet">
            Make one for a program that starts syncs, takes backups or reads findings without a person.
          </EmptyState>
        ) : (
          <Rows className="divide-y divide-kumo-line">
            {tokens.map((token) => (
              <TokenRow key={token.id} token={token} />
            ))}
          </Rows>
        )}
        <LoadMore query={query} label="Load older tokens" />
      </Panel>
    </Page>
  );
}

function TokenRow({ token }: { token: ApiToken }) {
  const { me, tenant } = useTenantScope();
  const [asked, setAsked] = useState(false);
  const revoke = useRevokeToken(tenant);
  const { id, name, maker, capabilities, state, createdAt, expiresAt, lastUsedAt } = token;
  const isMine = maker.id === me.user.id;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 font-medium [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
          {state === "active" ? null : <Badge variant="outline">{state === "over" ? "Expired" : "Revoked"}</Badge>}
        </p>
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          <code className="font-mono">ta_{id}_…</code> · made <Time at={createdAt} /> by{" "}
          {isMine ? "you" : <bdi>{maker.name}</bdi>}
        </p>
        <p className="text-xs text-kumo-subtle">
          {lastUsedAt === null ? (
            "Never used"
          ) : (
            <>
              Last use noted <Time at={lastUsedAt} />
            </>
          )}{" "}
          · {state === "over" ? "ended" : "ends"} <AbsoluteTime at={expiresAt} />
        </p>
        <details>
          <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">
            May do {capabilities.length === 1 ? "1 thing" : `${capabilities.length} things`}
          </summary>
          <ul className="mt-1 text-xs">
            {capabilities.map((capability) => (
              <li key={capability}>{CAPABILITY_WORDS[capability]}</li>
            ))}
          </ul>
        </details>
      </div>
      {state === "active" ? (
        <Button size="sm" loading={revoke.isPending} onClick={() => setAsked(true)} aria-label={`Revoke ${name}`}>
          Revoke
        </Button>
      ) : null}
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Revoke ${name}?`}
        confirmLabel="Revoke"
        destructive
        onConfirm={() => revoke.mutate(token)}
      >
        <p>
          {isMine
            ? "The token stops working at once, in all tenants that it reaches."
            : `The token stops working in ${tenant.name} at once. What it reaches elsewhere is its maker's matter.`}{" "}
          Operations that it has started go on.
        </p>
      </ConfirmDialog>
    </li>
  );
}
