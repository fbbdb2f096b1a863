import type { Metadata } from "next";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { hasReached, type LotState } from "@/lifecycle/lot/states";
import { RoomHead } from "@/lifecycle/lot/ui/room-head";
import { asActor } from "@/server/web/context";
import { idParam, oneOf, ownOrganisation, page } from "@/server/web/page";
import { type Room, roomOf } from "@/server/web/views/room";
import { ArchiveTab } from "./tabs/archive";
import { AwardTab } from "./tabs/award";
import { CommitteeTab } from "./tabs/committee";
import { DocumentsTab } from "./tabs/documents";
import { EvaluationTab } from "./tabs/evaluation";
import { FeesTab } from "./tabs/fees";
import { InvitationsTab } from "./tabs/invitations";
import { ObjectionsTab } from "./tabs/objections";
import { OpeningTab } from "./tabs/opening";
import { BidsTab, OverviewTab } from "./tabs/overview";
import { PrequalificationTab } from "./tabs/prequalification";
import { PublishTab } from "./tabs/publish";
import { QuestionsTab } from "./tabs/questions";
import { SalesTab } from "./tabs/sales";
import { ScheduleTab } from "./tabs/schedule";
import { SecurityTab } from "./tabs/security";
import { TrailTab } from "./tabs/trail";

export const metadata: Metadata = { title: "标段工作间" };

const TABS: readonly {
  readonly key: string;
  readonly title: string | ((room: Room) => string);
  readonly render: (room: Room) => React.ReactNode;
  /** Only there for such a tender. */
  readonly when?: (room: Room) => boolean;
}[] = [
  { key: "overview", title: "概况", render: (room) => <OverviewTab room={room} /> },
  { key: "documents", title: "文件", render: (room) => <DocumentsTab room={room} /> },
  { key: "schedule", title: "日程与公告", render: (room) => <ScheduleTab room={room} /> },
  {
    key: "invitations",
    title: "邀请",
    render: (room) => <InvitationsTab room={room} />,
    // With a first round once its invitations are sent.
    when: ({ lot, tender }) =>
      tender.regime.tenderMode === "invited" || (roundOf(tender.regime) !== undefined && lot.bidDeadline !== null),
  },
  {
    key: "prequalification",
    title: ({ tender }) => roundWords(tender.regime).title,
    render: (room) => <PrequalificationTab room={room} />,
    when: ({ tender }) => roundOf(tender.regime) !== undefined,
  },
  { key: "sales", title: "发售", render: (room) => <SalesTab room={room} /> },
  { key: "questions", title: "答疑", render: (room) => <QuestionsTab room={room} /> },
  { key: "objections", title: "异议", render: (room) => <ObjectionsTab room={room} /> },
  { key: "check", title: "发布检查", render: (room) => <PublishTab room={room} /> },
  { key: "bids", title: "投标情况", render: (room) => <BidsTab room={room} /> },
  { key: "opening", title: "开标", render: (room) => <OpeningTab room={room} /> },
  { key: "security", title: "保证金", render: (room) => <SecurityTab room={room} /> },
  { key: "committee", title: "评委会", render: (room) => <CommitteeTab room={room} /> },
  { key: "evaluation", title: "评标", render: (room) => <EvaluationTab room={room} /> },
  { key: "award", title: "定标", render: (room) => <AwardTab room={room} /> },
  { key: "fees", title: "费用", render: (room) => <FeesTab room={room} /> },
  { key: "archive", title: "归档", render: (room) => <ArchiveTab room={room} /> },
  { key: "trail", title: "留痕", render: (room) => <TrailTab room={room} /> },
];

/** The tab where the lot's next act is done, and what it is called. */
const NEXT: Partial<Record<LotState, readonly [tab: string, title: string]>> = {
  D0: ["check", "发布检查"],
  P1: ["prequalification", "资格预审"],
  P2: ["prequalification", "开始资格评审"],
  P3: ["prequalification", "查看资格评审"],
  P4: ["check", "发布检查"],
  T1: ["bids", "等待投标截止"],
  O1: ["opening", "主持开标"],
  O2: ["committee", "组建评标委员会"],
  E1: ["evaluation", "查看评标进度"],
  E1b: ["opening", "第二信封开标"],
  E2: ["award", "公示中标候选人"],
  A1: ["award", "定标"],
  A2: ["award", "签发通知书"],
  A3: ["archive", "查看归档"],
};

/** The same of the first of two stages. */
const FIRST_STAGE: typeof NEXT = {
  P1: ["prequalification", "第一阶段"],
  P2: ["prequalification", "开始研究技术建议"],
  P3: ["prequalification", "研究技术建议"],
};

export default async function RoomPage({
  params,
  searchParams,
}: {
  params: Promise<{ org: string; id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { org, id } = await params;
  const wanted = oneOf((await searchParams).tab) ?? "overview";
  const room = await page(
    async () => {
      await ownOrganisation(idParam(org));
      return asActor((tx, actor) => roomOf(tx, actor, idParam(id)));
    },
    `/w/${org}/tenders/${id}?tab=${encodeURIComponent(wanted)}`,
  );
  const { lot, tender, now, href } = room;
  const tabs = TABS.filter(({ when }) => !when || when(room));
  const tab = tabs.find(({ key }) => key === wanted) ?? tabs[0]!;
  const words = roundWords(tender.regime);
  const first = lot.state === "D0" && roundOf(tender.regime) !== undefined;
  const stageStep = tender.regime.twoStage && lot.state in FIRST_STAGE ? FIRST_STAGE[lot.state] : undefined;
  const next = lot.flags.includes("SUSPENDED_OBJECTION")
    ? (["objections", "答复异议"] as const)
    : first
      ? (["prequalification", `编制${words.document}`] as const)
      : (stageStep ?? NEXT[lot.state]);
  return (
    <>
      <h1>
        {tender.name} {lot.name}
      </h1>
      <RoomHead
        lot={{ code: lot.code, state: lot.state, flags: [...lot.flags], round: roundOf(tender.regime) }}
        now={now.toISOString()}
        {...(lot.state === "T1" && lot.bidDeadline
          ? { until: { label: "距投标截止", at: lot.bidDeadline.toISOString() } }
          : {})}
        {...(lot.state === "P1" && lot.applicationDeadline
          ? { until: { label: `距${words.deadline}`, at: lot.applicationDeadline.toISOString() } }
          : {})}
        {...(lot.state === "P2" && lot.applicationWindowEndsAt
          ? { until: { label: `${words.short}解密剩余`, at: lot.applicationWindowEndsAt.toISOString() } }
          : {})}
        {...((lot.state === "O1" || lot.state === "E1b") && lot.windowEndsAt
          ? { until: { label: "解密剩余", at: lot.windowEndsAt.toISOString() } }
          : {})}
        {...(lot.state === "A1" && lot.candidatePeriodEndsAt
          ? { until: { label: "公示期剩余", at: lot.candidatePeriodEndsAt.toISOString() } }
          : {})}
        {...(next && next[0] !== tab.key ? { next: { href: `${href}?tab=${next[0]}`, title: next[1] } } : {})}
        {...(hasReached(lot.state, "P1") ? { publicHref: `/tenders/${lot.code}` } : {})}
      />
      <nav className="tabs" aria-label="标段工作间">
        {tabs.map(({ key, title }) => (
          <a key={key} href={`${href}?tab=${key}`} aria-current={key === tab.key ? "page" : undefined}>
            {typeof title === "string" ? title : title(room)}
          </a>
        ))}
      </nav>
      {tab.render(room)}
    </>
  );
}
