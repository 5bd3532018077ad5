/** Reads and changes of gold standards, and of those that the tenant follows. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Tenant } from "../../contract/access.ts";
import { WHOLE_LIST_PAGE_SIZE } from "../../contract/routes/queries.ts";
import { followingRoutes, standardRoutes } from "../../contract/routes/standards.ts";
import type {
  changedFollowingSchema,
  changedStandardSchema,
  newFollowingSchema,
  newStandardSchema,
  newVersionSchema,
  Standard,
} from "../../contract/standards.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";

function keptKey(tenant: Tenant) {
  return [...queryKeys.records(tenant), "standards"] as const;
}

function followedKey(tenant: Tenant) {
  return [...queryKeys.records(tenant), "followed-standards"] as const;
}

/** Those that the tenant keeps, by name. */
export function standardsQuery(tenant: Tenant) {
  return pagedQuery([...keptKey(tenant), "all"], (cursor, signal) =>
    call(standardRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

export function standardQuery(tenant: Tenant, standardId: string) {
  return queryOptions({
    queryKey: [...keptKey(tenant), "one", standardId],
    queryFn: ({ signal }) => call(standardRoutes.show, { params: { tenantId: tenant.slug, standardId }, signal }),
  });
}

/** A version never changes. */
export function standardPoliciesQuery(tenant: Tenant, standardId: string, number: number) {
  return {
    ...pagedQuery(["standards", tenant.id, standardId, number, "policies"], (cursor, signal) =>
      call(standardRoutes.policies, {
        params: { tenantId: tenant.slug, standardId, number },
        query: { cursor, limit: WHOLE_LIST_PAGE_SIZE },
        signal,
      }),
    ),
    staleTime: Infinity,
  };
}

/** The person's tenants that follow it. Nobody tells this tenant what is done in others. */
const FOLLOWERS_AGAIN_MS = 15_000;

export function followersQuery(tenant: Tenant, standardId: string) {
  return queryOptions({
    queryKey: [...keptKey(tenant), "tenants", standardId],
    queryFn: ({ signal }) => call(standardRoutes.tenants, { params: { tenantId: tenant.slug, standardId }, signal }),
    refetchInterval: FOLLOWERS_AGAIN_MS,
  });
}

/** Those that the tenant follows, newest first. */
export function followedQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...followedKey(tenant), "all"],
    queryFn: ({ signal }) => call(followingRoutes.list, { params: { tenantId: tenant.slug }, signal }),
  });
}

export function followingQuery(tenant: Tenant, followingId: string) {
  return queryOptions({
    queryKey: [...followedKey(tenant), "one", followingId],
    queryFn: ({ signal }) => call(followingRoutes.show, { params: { tenantId: tenant.slug, followingId }, signal }),
  });
}

export function followedPoliciesQuery(tenant: Tenant, followingId: string) {
  return pagedQuery([...followedKey(tenant), "policies", followingId], (cursor, signal) =>
    call(followingRoutes.policies, {
      params: { tenantId: tenant.slug, followingId },
      query: { cursor, limit: WHOLE_LIST_PAGE_SIZE },
      signal,
    }),
  );
}

/** What is followed is a baseline as well, and its findings are that baseline's. */
const CHANGED_WITH = ["standards", "followed-standards", "baselines", "baseline", "findings", "finding"];

function useRenew() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return {
    tenant,
    tenantId: tenant.slug,
    queryClient,
    /** @param refetchType "none": what is on the page is not asked for again, since it is not there any more */
    renew: (refetchType: "active" | "none" = "active") =>
      Promise.all(
        CHANGED_WITH.map((kind) =>
          queryClient.invalidateQueries({ queryKey: [...queryKeys.records(tenant), kind], refetchType }),
        ),
      ),
  };
}

/** Makes a standard, or changes what one is called. */
export function useSaveStandard(standard: Standard | null) {
  const { tenantId, renew } = useRenew();
  return useMutation({
    mutationFn: (chosen: z.input<typeof newStandardSchema>) =>
      standard === null
        ? call(standardRoutes.create, { params: { tenantId }, body: chosen })
        : call(standardRoutes.change, { params: { tenantId, standardId: standard.id }, body: chosen }),
    onSuccess: () => renew(),
  });
}

export function useChangeStandard({ id }: Standard) {
  const { tenantId, renew } = useRenew();
  return useMutation({
    mutationFn: (change: z.input<typeof changedStandardSchema>) =>
      call(standardRoutes.change, { params: { tenantId, standardId: id }, body: change }),
    onSuccess: () => renew(),
  });
}

export function useAddVersion({ id }: Standard) {
  const { tenantId, renew } = useRenew();
  return useMutation({
    mutationFn: (version: z.input<typeof newVersionSchema>) =>
      call(standardRoutes.addVersion, { params: { tenantId, standardId: id }, body: version }),
    onSuccess: () => renew(),
  });
}

export function useFollow() {
  const { tenantId, renew } = useRenew();
  return useMutation({
    mutationFn: (chosen: z.input<typeof newFollowingSchema>) =>
      call(followingRoutes.follow, { params: { tenantId }, body: chosen }),
    onSuccess: () => renew(),
  });
}

export function useChangeFollowing(followingId: string) {
  const { tenant, tenantId, queryClient, renew } = useRenew();
  return useMutation({
    mutationFn: (change: z.input<typeof changedFollowingSchema>) =>
      call(followingRoutes.change, { params: { tenantId, followingId }, body: change }),
    onSuccess: (following) => {
      queryClient.setQueryData(followingQuery(tenant, followingId).queryKey, following);
      return renew();
    },
  });
}

export function useStopFollowing(followingId: string) {
  const { tenantId, renew } = useRenew();
  return useMutation({
    mutationFn: () => call(followingRoutes.stop, { params: { tenantId, followingId }, body: {} }),
    onSuccess: () => renew("none"),
  });
}
