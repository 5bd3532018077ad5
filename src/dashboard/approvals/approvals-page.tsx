/** Requests for an approval: those that wait first, then those that have ended. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { requestsQuery } from "./queries.ts";
import { RequestCard } from "./request-card.tsx";

export function ApprovalsPage() {
  const tenant = useTenant();
  return (
    <Page
      title="Approvals"
      documentTitle={`${tenant.name} approvals`}
      description={
        <p>
          Your own requests, and those that your role may decide on.{" "}
          <TextLink to={PAGES.settings} params={{ slug: tenant.slug }}>
            What needs an approval
          </TextLink>
        </p>
      }
    >
      <Requests state="waiting" title="Waiting" empty="Nothing waits for an approval">
        A change that needs another person&apos;s approval waits here once a person asks for it.
      </Requests>
      <Requests state="ended" title="Ended" empty="No request has ended">
        Requests that were approved, rejected, withdrawn or have expired are listed here.
      </Requests>
    </Page>
  );
}

interface RequestsProps {
  state: "waiting" | "ended";
  title: string;
  empty: string;
  children: string;
}

function Requests({ state, title, empty, children }: RequestsProps) {
  const query = useInfiniteQuery(requestsQuery(useTenant(), state));
  const requests = listedItems(query);
  return (
    <Section title={title} id={`approvals-${state}`} flush>
      {requests === undefined ? (
        <NotLoaded lines={4} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
      ) : requests.length === 0 ? (
        <EmptyState title={empty}>{children}</EmptyState>
      ) : (
        <div className="divide-y divide-kumo-line">
          {requests.map((request) => (
            <RequestCard key={request.id} request={request} />
          ))}
        </div>
      )}
      <LoadMore query={query} label="Load more requests" />
    </Section>
  );
}
