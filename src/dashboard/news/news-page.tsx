/** What is told to whom: channels, rules, and what became of each message. */
import { useQuery } from "@tanstack/react-query";
import { Page, Section } from "../components/page.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { ChannelDialog } from "./channel-dialog.tsx";
import { ChannelList } from "./channel-list.tsx";
import { MessageList } from "./message-list.tsx";
import { channelsQuery } from "./queries.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { RuleList } from "./rule-list.tsx";

export function NewsPage() {
  const tenant = useTenant();
  const mayManage = useCan("news.manage");
  const channels = useQuery(channelsQuery(tenant));
  const items = channels.data?.items;
  return (
    <Page
      title="News"
      documentTitle={`${tenant.name} news`}
      description={
        <p className="max-w-2xl">
          What happens here can be told to people who do not look: by webhook, Microsoft Teams, Slack, mail, or here in
          the console. A rule says what is told, and when.
        </p>
      }
    >
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
  );
}
