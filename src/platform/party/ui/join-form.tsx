"use client";
import { useState } from "react";
import { signAct, signInWith } from "@/platform/identity/ui/key-ring";
import { trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { registrationDigest } from "../digest";
import { PersonData } from "../schema";
import { CertificateStep, type HeldCertificate } from "./certificate-step";
import { problemsOf } from "./form-state";
import { EMPTY_PERSON, PersonFields } from "./person-fields";
import { ProblemList } from "./problem-list";

/** Joins an organisation by the link of an invitation. */
export function JoinForm({ token, creditCode }: { token: string; creditCode: string }) {
  const act = useAct();
  const [held, setHeld] = useState<HeldCertificate>();
  const [person, setPerson] = useState(EMPTY_PERSON);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const submit = () =>
    act.run(async () => {
      if (!held) throw new Error("请先读取数字证书。");
      const who = PersonData.safeParse(person);
      setProblems(problemsOf(who));
      if (!who.success) return undefined;
      const content = { token, person: who.data, encryptionCertificate: held.sealTo };
      const toSign = { act: "party.join", subject: creditCode, digest: await registrationDigest(content) };
      await trpc.party.join.mutate({ ...content, statement: await signAct(held.key, toSign) });
      await signInWith(held.key);
      window.location.assign("/login/home");
      return "已加入，正在进入工作台…";
    });
  return (
    <form
      noValidate
      aria-label="加入单位"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <CertificateStep onOpen={setHeld} />
      <PersonFields person={person} onChange={setPerson} />
      <ProblemList problems={problems} />
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        签名并加入
      </button>
    </form>
  );
}
