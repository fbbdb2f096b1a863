import { buildCaseFile } from "@/lifecycle/evaluation/case-file";
import { CaseFile, type CaseFileInput } from "@/lifecycle/evaluation/engine/case-file";
import { evaluate } from "@/lifecycle/evaluation/engine/evaluate";
import { firstEnvelopeContent } from "@/lifecycle/evaluation/first-envelope";
import { majorityRejections } from "@/lifecycle/evaluation/rules";
import type { CheckedMember } from "./committee-check";
import type { Findings } from "./findings";
import { ResultItem } from "./items";
import { digestOf, Unproved } from "./judge";
import { type OpenArchive, sameJson } from "./open-archive";
import { checkPdf } from "./opening-check";
import { type CheckedPackages, evaluatedIn } from "./package-check";

const EVALUATION_CASE = "evaluation/case.json";

/** Sheets signed by each member, the case made from them and from the packages, the result recomputed, the report signed. */
export async function checkEvaluation(
  archive: OpenArchive,
  findings: Findings,
  packages: CheckedPackages,
  members: readonly CheckedMember[],
): Promise<void> {
  await findings.check("评审表：每位评委签署的内容与归档的评分一致", async (problem) => {
    const { sheets } = await archive.sheets();
    for (const member of members) {
      for (const step of ["preliminary", "detailed"] as const) {
        const sheet = sheets.find((one) => one.memberId === member.memberId && one.step === step);
        if (!sheet) {
          problem(`${member.name}没有${step === "preliminary" ? "初步" : "详细"}评审表`);
          continue;
        }
        const proved = await archive
          .act(sheet.statement, sheet.at, { act: `evaluation.sign-${step}`, digest: digestOf(sheet.rows) })
          .catch((error: Error) =>
            problem(`${member.name}的${step === "preliminary" ? "初步" : "详细"}评审表：${error.message}`),
          );
        if (proved && proved.signer.fingerprint !== member.fingerprint) problem(`${member.name}的评审表不是本人签署的`);
      }
    }
    const { firstEnvelope, rejections } = await archive.json("evaluation/result.json", ResultItem);
    const closed = sheets.filter(({ step }) => step === "first-envelope");
    if (firstEnvelope && closed.length !== members.length) problem("第一信封评审结果没有由全体评委签署");
    for (const { memberId, at, statement } of closed) {
      const digest = digestOf(firstEnvelopeContent(firstEnvelope ?? { passed: [], scores: {} }, rejections));
      const proved = await archive.act(statement, at, { act: "evaluation.close-first-envelope", digest });
      if (proved.signer.fingerprint !== members.find((one) => one.memberId === memberId)?.fingerprint)
        problem("第一信封评审结果不是评委本人签署的");
    }
    if (sheets.some(({ memberId }) => !members.some((member) => member.memberId === memberId)))
      problem("有不是评标委员会成员的评审表");
    return `${sheets.length} 份`;
  });
  await findings.check("评标输入来自招标文件、投标文件和评审表", async (problem) => {
    const { sheets } = await archive.sheets();
    const { rejections } = await archive.json("evaluation/result.json", ResultItem);
    const ids = members.map(({ memberId }) => memberId);
    // What was marked of a bid that was revoked afterwards counts no more.
    const stands = ({ bidId }: { bidId: string }) => !packages.revoked.has(bidId);
    const marks = sheets.flatMap((sheet) =>
      sheet.step === "preliminary" ? sheet.rows.map((row) => ({ ...row, memberId: sheet.memberId })) : [],
    );
    const decided = majorityRejections(ids, marks.filter(stands));
    const key = (rows: readonly { bidId: string; item: string; votes: number }[]) =>
      rows.map(({ bidId, item, votes }) => `${bidId} ${item} ${votes}`).sort();
    if (!sameJson(key(decided), key(rejections))) problem("evaluation/result.json 的否决结论与评审表的多数意见不符");
    const expected = buildCaseFile({
      lot: archive.manifest.lot,
      document: (await archive.documentInForce()).content,
      bids: evaluatedIn(packages).map(({ bidId, organisation }) => ({
        bidId,
        orgId: "",
        name: organisation,
        form: packages.forms.get(bidId)!,
        files: [],
        mark: "",
        partyFindings: [],
        foundInterests: [],
        levels: [],
        circumstances: [],
        deviceFindings: [],
      })),
      rejections: rejections.filter(stands),
      members: ids,
      scores: sheets
        .flatMap((sheet) =>
          sheet.step === "detailed" ? sheet.rows.map((row) => ({ ...row, memberId: sheet.memberId })) : [],
        )
        .filter(stands),
    });
    const archived = await archive.json(EVALUATION_CASE, CaseFile);
    for (const part of differentParts(CaseFile.parse(expected), archived))
      problem(`${EVALUATION_CASE} 的 ${part} 与来源不符`);
    return undefined;
  });
  await findings.check("评标结果由公开的输入复算一致", async (problem) => {
    const archived = await archive.json("evaluation/result.json", ResultItem);
    const again = evaluate((await archive.json(EVALUATION_CASE, CaseFile)) as CaseFileInput);
    if (sameJson(again, archived.outcome)) return `${again.ranking.length} 家排序`;
    const moved = again.ranking.find(({ bid }, i) => archived.outcome.ranking[i]?.bid !== bid);
    problem(
      moved ? `evaluation/result.json 的排序与复算不符，自第 ${moved.rank} 名起` : "evaluation/result.json 与复算不符",
    );
    return undefined;
  });
  await findings.check("评标报告 PDF：评标委员会成员的签名", async (problem) => {
    const { report, finishedAt } = await archive.sheets();
    const signed = report.filter(({ kind }) => kind === "signed" || kind === "dissented");
    const fingerprints = members
      .filter(({ memberId }) => signed.some((row) => row.memberId === memberId))
      .flatMap(({ fingerprint }) => fingerprint ?? []);
    if (!fingerprints.length) throw new Unproved("没有评委签署评标报告");
    if (signed.length !== members.length) problem(`评委 ${members.length} 人，签署 ${signed.length} 人`);
    await checkPdf(archive, "evaluation/report.pdf", finishedAt, fingerprints, problem);
    const last = archive.trails?.project.findLast(
      ({ action }) => action === "report.signed" || action === "report.dissented",
    );
    if (last?.facts.pdf !== archive.hashOf("evaluation/report.pdf"))
      problem("evaluation/report.pdf 不是留痕中签署完毕的文件");
    return `${fingerprints.length} 人`;
  });
}

/** Names of the members that differ; the order of scores says nothing. */
function differentParts(a: CaseFile, b: CaseFile): string[] {
  const ordered = ({ scores, ...rest }: CaseFile): Record<string, unknown> => ({
    ...rest,
    scores: scores.map(({ member, bid, item, score }) => `${member} ${bid} ${item} ${score}`).sort(),
  });
  const [left, right] = [ordered(a), ordered(b)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (part) => !sameJson([left[part] ?? ""], [right[part] ?? ""]),
  );
}
