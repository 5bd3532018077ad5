/** Runs over tenants: those that hold a tenant of the person, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { listedItems } from "../api/listed-items.ts";
import { Button } from "../components/button.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel, Trail } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { RunList } from "../runs/run-list.tsx";
import { portfolioRunsQuery } from "./queries.ts";
import { StartDialog } from "./start-dialog.tsx";

export function PortfolioRunsPage() {
  return <PersonFrame>{(me) => <Runs me={me} />}</PersonFrame>;
}

function Runs({ me }: { me: Me }) {
  const query = useInfiniteQuery(portfolioRunsQuery);
  const items = listedItems(query);
  return (
    <Page
      title="Operations over tenants"
      description={
        <>
          <Trail>
            <TextLink to={PAGES.home}>Your tenants</TextLink>
          </Trail>{" "}
          Each counts tenants, and shows those of its tenants that are yours.
        </>
      }
      actions={
        <StartDialog
          tenants={me.tenants}
          chosen={{ kind: "all" }}
          trigger={<Button variant="primary">Start in all tenants</Button>}
        />
      }
    >
      <Panel>
        {items === undefined ? (
          <NotLoaded lines={4} lineHeight="h-10" error={query.error} onRetry={() => void query.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState title="None yet">
            Start one here in all your tenants, or tick some of them on{" "}
            <TextLink to={PAGES.home}>the list of tenants</TextLink>.
          </EmptyState>
        ) : (
          <RunList runs={items} />
        )}
        <LoadMore query={query} label="Load older operations" />
      </Panel>
    </Page>
  );
}
