import { readFile, stat } from "node:fs/promises";
import { creditCodeOf, parseCertificate } from "@/crypto/certificate";
import type { Statement, TrustContext } from "@/crypto/statement";
import {
  ConsentRefused,
  type ConsentRequest,
  holderOf,
  readConsent,
  readRequest,
} from "@/lifecycle/bidding/consortium/consent";
import {
  CONSORTIUM_BYTES,
  CONSORTIUM_FILE,
  encodePart,
  type Party,
  readPart,
} from "@/lifecycle/bidding/consortium/part";
import { declare, type TypedParty } from "@/lifecycle/bidding/consortium/typed";
import { trustFile } from "../verify/trust-files";
import { NotHeld, WrongCall } from "./call";
import { type Pack, pathInPack } from "./pack-file";

/** Bytes of a file that was named in the call. @throws WrongCall when it is not there or far too long. */
export async function givenFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new WrongCall(`找不到文件 ${path}，请核对路径。`);
  if (found.size > CONSORTIUM_BYTES) throw new WrongCall(`${path} 超过 6 MB，不是联合体文件。`);
  return new Uint8Array(await readFile(path));
}

const typed = ({ shareBasisPoints, ...party }: Party): TypedParty => ({
  ...party,
  share: (shareBasisPoints / 100).toFixed(2),
});

/**
 * The consortium's part of a bid, from the request and the consents that came back, by the rules of the browser.
 *
 * @param given.trust - PEM file of roots; with it members' certificates are judged too.
 * @returns the part where the document allows consortia, and everything that is wrong.
 */
export async function checkConsortium(
  lot: { readonly tender: string; readonly lot: string; readonly isAllowed: boolean },
  given: {
    readonly request?: string | undefined;
    readonly consents: readonly string[];
    readonly trust?: string | undefined;
  },
): Promise<{ part?: Uint8Array<ArrayBuffer>; problems: readonly string[] }> {
  if (!given.request) {
    if (given.consents.length)
      return { problems: ["给出了成员签署文件，却没有用 --consortium 给出签署请求。请补上。"] };
    return { ...(lot.isAllowed ? { part: encodePart(undefined) } : {}), problems: [] };
  }
  const problems: string[] = [];
  const consents: Statement[] = [];
  let request: ConsentRequest | undefined;
  const told = async (path: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ConsentRefused)) throw error;
      problems.push(`${path}：${error.message}`);
    }
  };
  const { request: requestPath } = given;
  const requestBytes = await givenFile(requestPath);
  await told(requestPath, async () => {
    request = readRequest(requestBytes);
  });
  for (const path of given.consents) {
    const bytes = await givenFile(path);
    await told(path, async () => {
      const consent = readConsent(bytes);
      await holderOf(consent);
      consents.push(consent);
    });
  }
  if (!request || problems.length) return { problems };
  if (request.terms.tender !== lot.tender || request.terms.lot !== lot.lot)
    return {
      problems: [`${requestPath} 属于其他标段（${request.terms.lot}）。请用本标段的招标文件重新生成签署请求。`],
    };
  const trust: TrustContext | undefined =
    given.trust === undefined ? undefined : { trust: await trustFile(given.trust), crls: [], time: new Date() };
  const { declared, problems: found } = await declare(
    { ...lot, trust },
    request.terms.parties.map(typed),
    request.agreement,
    consents,
  );
  return declared ? { part: encodePart(declared), problems: [] } : { problems: found.map(({ sentence }) => sentence) };
}

/** Who seals a consortium's bid is its leader. @throws NotHeld */
export async function requireLeader(packPath: string, pack: Pack, certificate: Uint8Array<ArrayBuffer>): Promise<void> {
  const file = pack.files.find(({ name }) => name === CONSORTIUM_FILE);
  if (!file) return;
  const part = readPart(await givenFile(pathInPack(packPath, file.path)));
  if (part.kind !== "declared") return;
  const [leader] = part.declared.terms.parties;
  const holder = creditCodeOf(parseCertificate(certificate));
  if (leader?.creditCode !== holder)
    throw new NotHeld(
      `投标文件的联合体牵头人是“${leader?.name}”，所用证书属于另一单位（${holder ?? "无统一社会信用代码"}），没有封装。请由牵头人用本单位证书封装。`,
      "cli.not_leader",
    );
}
