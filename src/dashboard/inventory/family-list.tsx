/** The families of the catalogue: what was read of each, when, and why not. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { type FamilyState, PARTLY_READ, type UnreadablePolicy } from "../../contract/inventory.ts";
import { recorded } from "../api/told.ts";
import { counted } from "../components/digits.ts";
import { ToldNumber } from "../components/told.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { failedFirst } from "./family-counts.ts";
import { isPermissionReason } from "./family-reason.ts";
import { familiesQuery } from "./queries.ts";
import { UnreadNotice } from "./unread-notice.tsx";
import { useUnreadable } from "./use-unreadable.ts";

export function FamilyList() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(familiesQuery(tenant));
  const unreadable = useUnreadable();
  return (
    <section aria-label="Policy families" className="rounded-lg bg-kumo-base ring ring-kumo-line">
      {data !== undefined ? (
        <Rows className="divide-y divide-kumo-line">
          {failedFirst(data.items).map((family) => (
            <FamilyRow
              key={family.key}
              family={family}
              unreadable={unreadable.filter((policy) => policy.family === family.key)}
              slug={tenant.slug}
            />
          ))}
        </Rows>
      ) : (
        <NotLoaded lines={12} lineHeight="h-8" error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

interface FamilyRowProps {
  family: FamilyState;
  unreadable: readonly UnreadablePolicy[];
  slug: string;
}

function FamilyRow({ family, unreadable, slug }: FamilyRowProps) {
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,1.2fr)_6rem_minmax(0,2fr)] sm:items-center">
      <div className="min-w-0">
        <Link
          to={PAGES.inventory}
          params={{ slug }}
          search={{ family: family.key }}
          className="font-medium text-kumo-link underline underline-offset-2"
        >
          {family.label}
        </Link>
        <p className="text-xs text-kumo-subtle">{family.platform ?? "All platforms"}</p>
      </div>
      <p className="tabular">
        {family.lastCompleteAt === null && family.policyCount === 0 ? (
          <ToldNumber told={recorded<number>(null, Date.now())} />
        ) : (
          counted(family.policyCount, "policy", "policies")
        )}
      </p>
      <FamilyReading family={family} slug={slug} />
      {unreadable.length === 0 ? null : (
        <ul
          aria-label={`Policies of ${family.label} that could not be read`}
          className="flex flex-col gap-2 pt-1 sm:col-span-3"
        >
          {unreadable.map((policy) => (
            <li key={policy.id} className="text-xs">
              <UnreadablePolicyRow policy={policy} slug={slug} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** One that was never read has no page: nothing is known of it. */
function UnreadablePolicyRow({ policy, slug }: { policy: UnreadablePolicy; slug: string }) {
  return (
    <div className="flex flex-col gap-1">
      {policy.lastSeenAt === null ? (
        <p className="font-medium break-words">{policy.name}</p>
      ) : (
        <p className="break-words">
          <Link
            to={PAGES.policy}
            params={{ slug, policyId: policy.id }}
            className="font-medium text-kumo-link underline underline-offset-2"
          >
            {policy.name}
          </Link>
        </p>
      )}
      <UnreadNotice policy={policy} unread={policy} />
    </div>
  );
}

function FamilyReading({ family, slug }: { family: FamilyState; slug: string }) {
  if (family.lastAttemptAt === null) return <p className="text-kumo-subtle">Never read</p>;
  if (family.lastOutcome !== "failed") {
    return (
      <p className="text-kumo-subtle">
        Read completely <Time at={family.lastCompleteAt ?? family.lastAttemptAt} />
      </p>
    );
  }
  if (family.lastReason?.code === PARTLY_READ) {
    return (
      <p className="min-w-0 text-kumo-danger">
        Read in part <Time at={family.lastAttemptAt} />: {family.lastReason.message}
      </p>
    );
  }
  return (
    <div className="min-w-0">
      <p className="text-kumo-danger">
        Not read <Time at={family.lastAttemptAt} />: {family.lastReason?.message ?? "the reason was not recorded"}
      </p>
      <p className="text-xs text-kumo-subtle">
        {isPermissionReason(family.lastReason) ? (
          <>
            Needs <code className="font-mono break-all">{family.readPermission}</code>.{" "}
            <TextLink to={PAGES.permissions} params={{ slug }}>
              Check permissions
            </TextLink>
            .{" "}
          </>
        ) : null}
        {family.lastCompleteAt === null ? (
          "Never read completely."
        ) : (
          <>
            Last read completely <Time at={family.lastCompleteAt} />.
          </>
        )}
      </p>
    </div>
  );
}
