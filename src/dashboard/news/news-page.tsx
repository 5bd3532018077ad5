/** What is told to whom: channels, rules, and what became of each message. Of a tenant, or over all tenants of a person. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { NEWS_CAPABILITY } from "../../contract/news.ts";
import { Page, Section, Trail } from "../components/page.tsx";
import { TextLink } from "../components/text-link.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { ChannelDialog } from "./channel-dialog.tsx";
import { ChannelList } from "./channel-list.tsx";
import { MessageList } from "./message-list.tsx";
import { type NewsPlace, NewsPlaceContext } from "./news-place.ts";
import { channelsQuery } from "./queries.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { RuleList } from "./rule-list.tsx";

export function NewsPage() {
  const tenant = useTenant();
  const place = useMemo((): NewsPlace => ({ kind: "tenant", tenant }), [tenant]);
  return (
    <News
      place={place}
      title="News"
      documentTitle={`${tenant.name} news`}
      mayManage={useCan("news.manage")}
      description={
        <p className="max-w-2xl">
          What happens here can be told to people who do not look: by webhook, Microsoft Teams, Slack, mail, or here in
          the console. A rule says what is told, and when.
        </p>
      }
    />
  );
}

export function OwnNewsPage() {
  return <PersonFrame>{(me) => <OwnNews me={me} />}</PersonFrame>;
}

function OwnNews({ me }: { me: Me }) {
  const place = useMemo(
    (): NewsPlace => ({
      kind: "own",
      tenants: me.tenants.filter(({ capabilities }) => capabilities.includes(NEWS_CAPABILITY)),
    }),
    [me],
  );
  return (
    <News
      place={place}
      title="News over your tenants"
      mayManage
      description={
        <div className="max-w-2xl">
          <Trail>
            <TextLink to={PAGES.home}>Your tenants</TextLink>
          </Trail>{" "}
          What happens in any of your tenants, told to you in one message. These channels and rules are your own, and
          tell you what you may see at that time.
        </div>
      }
    />
  );
}

interface NewsProps {
  place: NewsPlace;
  title: string;
  documentTitle?: string;
  mayManage: boolean;
  description: ReactNode;
}

function News({ place, title, documentTitle, mayManage, description }: NewsProps) {
  const channels = useQuery(channelsQuery(place));
  const items = channels.data?.items;
  return (
    <NewsPlaceContext value={place}>
      <Page title={title} {...(documentTitle === undefined ? {} : { documentTitle })} description={description}>
        <Section
          title="Channels"
          id="news-channels"
          flush
          actions={mayManage ? <ChannelDialog mail={channels.data?.mail ?? false} /> : undefined}
        >
          <ChannelList query={channels} mayManage={mayManage} />
        </Section>
        <Section
          title="Rules"
          id="news-rules"
          flush
          actions={mayManage && items !== undefined && items.length > 0 ? <RuleDialog channels={items} /> : undefined}
        >
          <RuleList channels={items} mayManage={mayManage} />
        </Section>
        <Section title="Messages" id="news-messages" flush>
          <MessageList channels={items} mayManage={mayManage} />
        </Section>
      </Page>
    </NewsPlaceContext>
  );
}
