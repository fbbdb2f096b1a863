import type { Metadata } from "next";
import { Refused } from "@/core/refusal";
import { sentenceOf } from "@/i18n/refusals";
import { ROLE_NAMES } from "@/platform/identity/home";
import { invitationOf } from "@/platform/party/commands/team";
import { JoinForm } from "@/platform/party/ui/join-form";
import { requestRuntime } from "@/server/web/context";

export const metadata: Metadata = { title: "加入单位", referrer: "no-referrer" };

export default async function JoinPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const runtime = await requestRuntime();
  let invitation: Awaited<ReturnType<typeof invitationOf>>;
  try {
    invitation = await invitationOf(runtime, token);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return (
      <>
        <h1>加入单位</h1>
        <p className="note danger">{sentenceOf(error.refusal)}</p>
      </>
    );
  }
  return (
    <>
      <h1>加入{invitation.organisation}</h1>
      <p>
        {invitation.name}，您被邀请以
        {invitation.roles.map((role) => ROLE_NAMES[role as keyof typeof ROLE_NAMES] ?? role).join("、")}
        身份加入。请使用本单位签发给您的数字证书。
      </p>
      <JoinForm token={token} creditCode={invitation.creditCode} />
    </>
  );
}
