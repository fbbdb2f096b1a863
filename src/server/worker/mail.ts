import { eq } from "drizzle-orm";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { formatInstant } from "@/core/time";
import type { Runtime } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { requestOf } from "@/lifecycle/committee/queries";
import { committeeMembers } from "@/lifecycle/committee/tables";
import { drawRequestOf } from "@/lifecycle/prequalification/queries";
import { prequalReviewers } from "@/lifecycle/prequalification/tables";
import { seats, venues } from "@/lifecycle/seat/tables";
import { preferencesOf } from "@/platform/inbox/preferences";
import { mayStayQuiet, recipientsOf } from "@/platform/inbox/rules";
import { letters } from "@/platform/inbox/tables";
import { organisationOf, personOf } from "@/platform/party/queries";
import type { WorkerContext } from "./tasks";

const SMTP_TIMEOUT_MS = 10_000;

/** The mail server of the installation: its own machine or network, whose certificate nobody else has issued. */
export const mailTransport = (smtpUrl: string) =>
  createTransport({
    url: smtpUrl,
    connectionTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
    tls: { rejectUnauthorized: false },
  });

export const Invitation = z.object({
  to: z.email(),
  name: z.string(),
  organisation: z.string(),
  token: z.string(),
  until: z.string(),
});

/** Mails the link of an invitation: the only place where its token stands in clear. */
export async function mailInvitation(
  { site }: Runtime,
  { to, name, organisation, token, until }: z.infer<typeof Invitation>,
  { smtpUrl }: WorkerContext,
): Promise<void> {
  if (!smtpUrl) return;
  await mailTransport(smtpUrl).sendMail({
    from: `${site.name} <noreply@${site.host}>`,
    to,
    subject: `${organisation}邀请您加入`,
    text: `${name}，您好：\n\n${organisation}邀请您在${site.name}办理业务。请在 ${until} 前打开下面的地址，用本单位签发给您的数字证书加入：\n\n/join/${token}\n\n地址前请加本平台网址 ${site.host}。如果与您无关，请忽略本邮件。`,
  });
}

/** Mails the twin of a letter, to one address. The letter in the platform is what counts in law. */
export async function mailLetter(
  runtime: Runtime,
  letterId: string,
  { smtpUrl }: WorkerContext,
  again = false,
): Promise<void> {
  const service = { siteId: runtime.site.id, role: "platform" };
  const found = await inContext(runtime.db, service, async (tx) => {
    const [letter] = await tx.select().from(letters).where(eq(letters.id, letterId));
    return letter
      ? {
          letter,
          organisation: await organisationOf(tx, letter.orgId),
          wanted: await preferencesOf(tx, letter.orgId),
        }
      : undefined;
  });
  if (!found || (found.letter.mailState === "sent" && !again) || !smtpUrl) return;
  const { letter, organisation, wanted } = found;
  const keep = (state: Partial<typeof letters.$inferInsert>) =>
    inContext(runtime.db, service, (tx) => tx.update(letters).set(state).where(eq(letters.id, letterId)));
  if (wanted.quiet && mayStayQuiet(letter.kind)) return void (await keep({ mailState: "off" }));
  const to = recipientsOf(organisation.email ?? "", wanted.copies);
  if (!to.length) return;
  try {
    await mailTransport(smtpUrl).sendMail({
      from: `${runtime.site.name} <noreply@${runtime.site.host}>`,
      to: to[0],
      // Who gets copies is told to nobody else.
      bcc: to.slice(1),
      subject: letter.subject,
      text: `${letter.body}\n\n本邮件是平台站内信的副本，以站内信为准。`,
    });
  } catch (error) {
    // Told to whoever waits for it, and tried again by the queue.
    await keep({ mailState: "failed" });
    throw error;
  }
  const now = await legalNow(runtime.db);
  await keep({ mailState: "sent", mailedAt: now });
}

/** Tells the phone of an organisation that there is a letter to read; what it says stays in the platform. */
export async function phoneLetter(runtime: Runtime, letterId: string, { smsUrl }: WorkerContext): Promise<void> {
  if (!smsUrl) return;
  const service = { siteId: runtime.site.id, role: "platform" };
  const to = await inContext(runtime.db, service, async (tx) => {
    const [letter] = await tx.select().from(letters).where(eq(letters.id, letterId));
    if (!letter || letter.readAt) return "";
    const { quiet } = await preferencesOf(tx, letter.orgId);
    if (!(quiet && mayStayQuiet(letter.kind))) return (await organisationOf(tx, letter.orgId)).phone;
    await tx.update(letters).set({ phoneState: "off" }).where(eq(letters.id, letterId));
    return "";
  });
  if (!to) return;
  await sendShortMessage(smsUrl, to, `${runtime.site.name}：贵单位有一封新的站内信，请登录平台阅读。`);
  await inContext(runtime.db, service, (tx) =>
    tx.update(letters).set({ phoneState: "sent" }).where(eq(letters.id, letterId)),
  );
}

async function sendShortMessage(smsUrl: string, to: string, text: string): Promise<void> {
  const answer = await fetch(`${smsUrl}/sms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to, text }),
    signal: AbortSignal.timeout(SMTP_TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`sms service answered ${answer.status}`);
}

/** Tells a drawn reviewer when the review begins, never of what project. */
export async function inviteReviewer(runtime: Runtime, reviewerId: string, { smsUrl }: WorkerContext): Promise<void> {
  if (!smsUrl) return;
  const { to, text } = await inContext(runtime.db, { siteId: runtime.site.id, role: "platform" }, async (tx) => {
    const [reviewer] = await tx.select().from(prequalReviewers).where(eq(prequalReviewers.id, reviewerId));
    const request = await drawRequestOf(tx, reviewer!.lotId);
    return {
      to: (await personOf(tx, reviewer!.personId)).name,
      text: `请于 ${formatInstant(request!.reviewAt)} 登录平台参加资格评审；请先在“我的评审”签署声明，需要回避的及时提出。`,
    };
  });
  await sendShortMessage(smsUrl, to, text);
}

/** Tells an expert time and place, never the project (R-E.7). */
export async function inviteExpert(runtime: Runtime, memberId: string, { smsUrl }: WorkerContext): Promise<void> {
  if (!smsUrl) return;
  const { to, text } = await inContext(runtime.db, { siteId: runtime.site.id, role: "platform" }, async (tx) => {
    const [member] = await tx.select().from(committeeMembers).where(eq(committeeMembers.id, memberId));
    const request = await requestOf(tx, member!.lotId);
    const [seat] = await tx.select().from(seats).where(eq(seats.id, member!.seatId!));
    const [venue] = await tx.select().from(venues).where(eq(venues.id, seat!.venueId));
    return {
      to: (await personOf(tx, member!.personId)).name,
      text: `请于 ${formatInstant(request!.evaluationAt)} 到${venue!.name}参加评审，工位 ${seat!.code}。项目信息签到后显示。`,
    };
  });
  await sendShortMessage(smsUrl, to, text);
}
