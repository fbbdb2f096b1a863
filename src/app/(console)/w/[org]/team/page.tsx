import type { Metadata } from "next";
import { SignersCard } from "@/lifecycle/signing/ui/signers-card";
import { ROLE_NAMES } from "@/platform/identity/home";
import { InviteForm, MemberActs } from "@/platform/party/ui/team-panel";
import { teamView } from "@/platform/party/views";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";
import { signersView } from "@/server/web/views/signers";

export const metadata: Metadata = { title: "成员" };
const roleText = (role: string) => ROLE_NAMES[role as keyof typeof ROLE_NAMES] ?? role;

export default async function TeamPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { team, signers } = await page(async () => {
    const { role } = await ownOrganisation(idParam(org));
    return asActor(async (tx, actor) => ({
      team: await teamView(tx, actor),
      signers: role === "tenderer" || role === "agency" ? await signersView(tx, actor) : undefined,
    }));
  }, `/w/${org}/team`);
  return (
    <>
      <h1>成员</h1>
      <div className="card scroll-x">
        <table className="plain stacks">
          <caption className="visually-hidden">本单位成员</caption>
          <thead>
            <tr>
              <th scope="col">姓名</th>
              <th scope="col">角色</th>
              <th scope="col">证件号码</th>
              <th scope="col">手机</th>
              <th scope="col">操作</th>
            </tr>
          </thead>
          <tbody>
            {team.members.map((member) => (
              <tr key={member.personId}>
                <th scope="row">
                  {member.name}
                  {member.admin && "（管理员）"}
                </th>
                <td data-label="角色">{member.roles.map(roleText).join("、")}</td>
                <td data-label="证件号码">{member.idNumber || "—"}</td>
                <td data-label="手机">{member.phone || "—"}</td>
                <td data-label="操作">{team.admin && <MemberActs member={member} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {signers && <SignersCard {...signers} />}
      {team.admin && (
        <section className="card" aria-labelledby="invite-title">
          <h2 id="invite-title">邀请成员</h2>
          <p className="small muted">邀请链接发送到邮箱。只有链接不能加入：对方还须持有本单位的数字证书。</p>
          <InviteForm roles={team.roles} />
          <ul>
            {team.invitations.map(({ id, name, email, until }) => (
              <li key={id}>
                {name} {email}，{until} 前有效
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
