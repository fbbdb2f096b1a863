"use client";
import { useState } from "react";
import { ROLE_NAMES } from "@/platform/identity/home";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { CheckField, TextField } from "@/ui/fields";

type Role = keyof typeof ROLE_NAMES;
export interface Member {
  readonly personId: string;
  readonly name: string;
  readonly title: string;
  readonly roles: readonly string[];
  readonly admin: boolean;
  readonly phone: string;
  readonly idNumber: string;
}

/** Invites by a mailed link. */
export function InviteForm({ roles }: { roles: readonly string[] }) {
  const act = useAct();
  const [form, setForm] = useState({ name: "", email: "", roles: roles.slice(0, 1), admin: false });
  const invite = () => {
    const key = actKey();
    const body = { ...form, roles: form.roles as Role[] };
    return act.run(async () => {
      await insist(() => trpc.party.invite.mutate({ key, body }));
      return `邀请已发送到 ${form.email}，7 天内有效。`;
    });
  };
  return (
    <form
      noValidate
      aria-label="邀请成员"
      onSubmit={(event) => {
        event.preventDefault();
        void invite();
      }}
    >
      <TextField label="姓名" value={form.name} onChange={(name) => setForm({ ...form, name })} />
      <TextField label="电子邮箱" value={form.email} onChange={(email) => setForm({ ...form, email })} />
      {roles.map((role) => (
        <CheckField
          key={role}
          label={ROLE_NAMES[role as Role] ?? role}
          checked={form.roles.includes(role)}
          onChange={(on) =>
            setForm({ ...form, roles: on ? [...form.roles, role] : form.roles.filter((each) => each !== role) })
          }
        />
      ))}
      <CheckField label="设为管理员" checked={form.admin} onChange={(admin) => setForm({ ...form, admin })} />
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        发送邀请
      </button>
    </form>
  );
}

/** Acts on one member: administrator or not, out. */
export function MemberActs({ member }: { member: Member }) {
  const act = useAct();
  const { personId, name, roles, admin } = member;
  const press = (work: (key: string) => Promise<string>) => {
    const key = actKey();
    return act.run(() => insist(() => work(key)));
  };
  return (
    <>
      <button
        type="button"
        className="link-button"
        disabled={act.running}
        onClick={() =>
          void press(async (key) => {
            await trpc.party.changeMember.mutate({ key, body: { personId, roles: roles as Role[], admin: !admin } });
            return admin ? `${name}不再是管理员。` : `${name}已是管理员。`;
          })
        }
      >
        {admin ? "取消管理员" : "设为管理员"}
      </button>
      <button
        type="button"
        className="link-button"
        disabled={act.running}
        onClick={() =>
          void press(async (key) => {
            await trpc.party.removeMember.mutate({ key, body: { personId } });
            return `${name}已移出本单位，其证书和登录同时失效。`;
          })
        }
      >
        移出{name}
      </button>
      {act.note}
    </>
  );
}
