import { attributeOf } from "@/crypto/certificate";
import { OID } from "@/crypto/oid";
import { isSeal } from "@/lifecycle/signing/rules";
import { ALL_TENDERS, type Authority, authorisationContent, oneTender } from "@/lifecycle/signing/schema";
import type { Findings } from "./findings";
import { type NoticeItem, signatureOf } from "./items";
import { digestOf, type Proved, Unproved } from "./judge";
import type { OpenArchive } from "./open-archive";

const nameOf = ({ signer }: Proved): string => attributeOf(signer.subject, OID.commonName) ?? "";

/**
 * Both signatures of every notice and publicity (O10 art. 10): a person's, who is the chief person or whom he authorised,
 * and the seal of the same organisation. What was published with one signature, before both were asked, is told as such.
 */
export async function checkPairs(archive: OpenArchive, findings: Findings): Promise<void> {
  // The record of the opening is signed as a record; a correction by law is the platform's own.
  const notices = (await archive.notices()).filter(({ kind, statement }) => kind !== "opening-record" && statement);
  const isPaired = (notice: NoticeItem) => signatureOf(notice).seal !== undefined || notice.authority !== undefined;
  // Once two signatures were asked they were asked ever after: a later notice with one has lost the other.
  const begun = Math.min(...notices.filter(isPaired).map(({ publishedAt }) => publishedAt.getTime()));
  const single = notices.filter((notice) => !isPaired(notice) && notice.publishedAt.getTime() < begun);
  if (single.length)
    findings.note(
      `${single.map(({ number }) => number).join("、")} 只有一个签名：发布时平台尚未要求本人签名与单位印章两个签名`,
    );
  const paired = notices.filter((notice) => !single.includes(notice));
  if (!paired.length) return;
  await findings.check("公告与公示的本人签名、单位印章和授权", async (problem) => {
    for (const notice of paired) await checkPair(archive, notice, (what) => problem(`${notice.number} ${what}`));
    return `${paired.length} 份`;
  });
}

async function checkPair(archive: OpenArchive, notice: NoticeItem, problem: (what: string) => void): Promise<void> {
  const { publishedAt, authority } = notice;
  const { payload, cms, seal } = signatureOf(notice);
  if (!seal || !authority) return problem("缺少单位印章或签署依据");
  const sealed = await archive.judge.statement({ payload, cms: seal }, publishedAt);
  const person = await archive.judge.statement({ payload, cms }, publishedAt);
  archive.requireHost(sealed);
  if (!isSeal(sealed.signer)) problem("的印章证书写有个人姓名");
  if (isSeal(person.signer)) problem("的本人签名是用印章证书签的");
  if (sealed.creditCode !== person.creditCode) problem("的两个签名不属于同一单位");
  if (nameOf(person) !== authority.person) problem("的签名人不是所载的签署人");
  if (authority.basis === "chief" ? authority.person !== authority.chief : !authority.authorisation)
    problem("的签名人不是主要负责人，也没有授权");
  if (authority.authorisation) await checkAuthorisation(archive, person, publishedAt, authority, problem);
}

async function checkAuthorisation(
  archive: OpenArchive,
  person: Proved,
  publishedAt: Date,
  { person: lead, chief, authorisation }: Authority,
  problem: (what: string) => void,
): Promise<void> {
  const { scope, until, at, statement } = authorisation!;
  const given = await archive.judge.statement(statement, new Date(at));
  const said = { organisation: person.creditCode, lead, scope, until: new Date(until) };
  const wanted = { act: "signing.authorise", subject: person.creditCode, digest: digestOf(authorisationContent(said)) };
  for (const [member, value] of Object.entries(wanted))
    if (given.payload[member] !== value) throw new Unproved(`授权声明的 ${member} 与所载的授权不符`);
  if (![ALL_TENDERS, oneTender(archive.manifest.tender.code)].includes(scope)) problem("的授权不包括本招标项目");
  if (given.creditCode !== person.creditCode || nameOf(given) !== chief) problem("的授权不是主要负责人签署的");
  if (publishedAt > new Date(until) || publishedAt < new Date(at)) problem("的发布时间不在授权期限内");
}
