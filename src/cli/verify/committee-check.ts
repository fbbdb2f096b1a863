import { commitmentOf, drawWithStandby, seedOf } from "@/lifecycle/committee/draw";
import type { Findings } from "./findings";
import { DeclarationsItem, DrawsItem } from "./items";
import { digestOf } from "./judge";
import { type OpenArchive, sameJson } from "./open-archive";

export interface CheckedMember {
  readonly memberId: string;
  readonly name: string;
  /** Fingerprint of the certificate that signed the declaration. */
  readonly fingerprint: string | undefined;
}

/** Members whose work counts. */
const ACTIVE: readonly string[] = ["drawn", "signed_in"];

/** Draws are recomputed from nonces that were committed to at publication; members are the drawn ones, and each declared. */
export async function checkCommittee(archive: OpenArchive, findings: Findings): Promise<readonly CheckedMember[]> {
  const { code } = archive.manifest.lot;
  await findings.check("抽取按公开算法复算一致，随机数与发布时的承诺一致", async (problem) => {
    const { nonces, draws } = await archive.json("committee/draws.json", DrawsItem);
    const published = archive.trails?.last("notice.published").facts;
    const drawn = archive.trails?.last("committee.drawn").facts;
    for (const { party, commitment, nonce } of nonces) {
      if (commitmentOf(nonce) !== commitment) problem(`${party} 的随机数与承诺不符`);
      if (published?.[`${party}Commitment`] !== commitment) problem(`${party} 的承诺不是发布公告时公布的承诺`);
    }
    const nonceOf = (party: string) => nonces.find((one) => one.party === party)?.nonce ?? "";
    const parts = [nonceOf("platform"), nonceOf("tenderer")];
    for (const { label, record } of draws) {
      if (record.lot !== code || record.label !== label || !sameJson(record.nonces, parts))
        problem(`抽取 ${label} 不是用本标段的随机数`);
      const again = await drawWithStandby(
        seedOf(code, parts),
        label,
        record.items,
        record.drawn.length,
        record.standby.length,
      );
      if (!sameJson(again.drawn, record.drawn) || !sameJson(again.standby, record.standby))
        problem(`抽取 ${label} 的结果与复算不符`);
      const input = label === "SEAT" ? drawn?.seatInput : drawn?.expertInput;
      if (again.inputHash !== record.inputHash || again.inputHash !== input)
        problem(`抽取 ${label} 的名单不是留痕中的名单`);
      if (record.allotted?.some((seat) => !record.drawn.includes(seat))) problem("分配的工位不在抽取结果中");
    }
    return `${draws.length} 次`;
  });
  const members: CheckedMember[] = [];
  await findings.check("评标委员会就是抽取的专家，均签署了回避声明", async (problem) => {
    const { text, members: listed } = await archive.json("committee/declarations.json", DeclarationsItem);
    const { draws } = await archive.json("committee/draws.json", DrawsItem);
    const order = draws
      .filter(({ label }) => label.startsWith("EXPERT|"))
      .flatMap(({ record }) => [...record.drawn, ...record.standby]);
    const digest = digestOf({ lot: code, text });
    for (const { memberId, place, expert, name, state, declaration, declaredAt } of listed) {
      if (order[place - 1] !== expert) problem(`${name}不是第 ${place} 位抽取的专家`);
      if (!ACTIVE.includes(state)) continue;
      if (!declaration || !declaredAt) {
        problem(`${name}没有签署回避声明`);
        continue;
      }
      const { signer } = await archive.act(declaration, declaredAt, { act: "committee.declare", digest });
      members.push({ memberId, name, fingerprint: signer.fingerprint });
    }
    return `${members.length} 人`;
  });
  return members;
}
