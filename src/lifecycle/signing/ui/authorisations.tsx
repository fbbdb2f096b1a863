"use client";

import { useState } from "react";
import { readShanghai } from "@/core/time";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { SelectField, TextField } from "@/ui/fields";
import { ALL_TENDERS } from "../schema";

interface Choice {
  readonly id: string;
  readonly name: string;
}

/** The chief person authorises a project lead to sign notices and publicities (O10 art. 10). */
export function AuthoriseForm({ people, tenders }: { people: readonly Choice[]; tenders: readonly Choice[] }) {
  const act = useSignedAct();
  const [personId, setPerson] = useState(people[0]?.id ?? "");
  const [tender, setTender] = useState("");
  const [until, setUntil] = useState("");
  const send = () =>
    act.press(async () => {
      const end = readShanghai(`${until}T23:59:59`);
      if (!end) throw new Error("请填写授权截止日。");
      const authorisation = { personId, until: end.toISOString(), ...(tender ? { tenderProjectId: tender } : {}) };
      const { lead, scope, ...toSign } = await trpc.signing.authorisationToSign.query(authorisation);
      return {
        toSign,
        ask: {
          title: "授权项目负责人签署公告、公示",
          lines: [
            ["被授权人", lead],
            ["授权范围", scope],
            ["授权截止日", until],
          ],
          consequence: "签章后，被授权人可以在范围和期限内签名发布公告、公示，仍须加盖单位印章；可以随时收回。",
        },
        send: async (statement, key) => {
          await trpc.signing.authorise.mutate({ key, body: { ...authorisation, statement } });
          return `已授权${lead}（${scope}，至 ${until}）。`;
        },
      };
    });
  return (
    <form
      noValidate
      aria-label="授权项目负责人"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <SelectField
        label="被授权人"
        value={personId}
        options={people.map(({ id, name }) => [id, name])}
        onChange={setPerson}
      />
      <SelectField
        label="授权范围"
        value={tender}
        options={[["", ALL_TENDERS], ...tenders.map(({ id, name }) => [id, name] as const)]}
        onChange={setTender}
      />
      <TextField label="授权截止日（当日有效）" type="date" value={until} onChange={setUntil} />
      {act.note}
      <button type="submit" className="btn btn-seal" disabled={act.running}>
        签署授权
      </button>
    </form>
  );
}

/** Takes an authorisation back. */
export function RevokeAuthorisation({ authorisationId, lead }: { authorisationId: string; lead: string }) {
  const act = useSignedAct();
  const send = () =>
    act.press(async () => ({
      toSign: await trpc.signing.revocationToSign.query({ authorisationId }),
      ask: {
        title: "收回授权",
        lines: [["被授权人", lead]],
        consequence: "立即生效：此后不能再以该授权签署发布；已发布的公告、公示不受影响。",
      },
      send: async (statement, key) => {
        await trpc.signing.revoke.mutate({ key, body: { authorisationId, statement } });
        return `已收回对${lead}的授权。`;
      },
    }));
  return (
    <>
      <button type="button" className="link-button" disabled={act.running} onClick={() => void send()}>
        收回对{lead}的授权
      </button>
      {act.note}
    </>
  );
}
