import { dirname, resolve } from "node:path";
import { z } from "zod";
import { utf8 } from "@/core/bytes";
import { readShanghai } from "@/core/time";
import { formsAllowed } from "@/lifecycle/bid-security/forms";
import { encodeSecurity, GUARANTEE_LIMITS } from "@/lifecycle/bid-security/guarantee/part";
import { readGuarantee, TypedGuarantee } from "@/lifecycle/bid-security/guarantee/typed";
import { bidValidityEnd } from "@/lifecycle/law/clocks";
import { WrongCall } from "./call";
import { hashOfFile, headOfFile, readJson, sizeOfFile } from "./disk";
import type { OpenDocument } from "./document";

/** What `--guarantee` names: the guarantee as typed, and its PDF, from the folder of the description. */
const Described = TypedGuarantee.extend({ file: z.string().min(1).max(4096) });

export interface SecurityPart {
  /** The security's part of the package; of one length whether there is a guarantee or not. */
  readonly part: Uint8Array<ArrayBuffer>;
  readonly guarantee?: { readonly path: string; readonly size: number; readonly sha256: string };
}

/**
 * The security of a bid by the rules of the browser (`public/specs/bid-security.md`): everything that does not hold of its guarantee is
 * told at once. The end of the bid validity is counted from the deadline that the notice in the package names.
 *
 * @throws WrongCall when the description or the PDF cannot be read.
 */
export async function checkSecurity(
  { manifest, content, notice }: OpenDocument,
  path: string | undefined,
): Promise<{ readonly security?: SecurityPart; readonly problems: readonly string[] }> {
  const { requiredFen, guarantee } = formsAllowed(content);
  if (path === undefined)
    return { problems: [], ...(requiredFen ? { security: { part: encodeSecurity(undefined) } } : {}) };
  const read = Described.safeParse(await readJson(path).catch(() => undefined));
  if (!read.success)
    throw new WrongCall(
      `${path} 不是保函说明。请写成 JSON：kind（bank、guarantor、insurance）、guarantor、number、amount、beneficiary、validUntil、file（保函 PDF 的路径）。`,
    );
  const deadline = readShanghai((notice.submitDeadline ?? "").slice(0, 19));
  if (!deadline)
    throw new WrongCall("招标文件包中的公告没有投标截止时间，不能核对保函有效期。请在网页投标工作间填写保函。");
  const { problems, facts } = readGuarantee(read.data, {
    tender: manifest.tenderProject.code,
    lot: manifest.lot.code,
    requiredFen,
    validityEnd: bidValidityEnd(deadline, content.validityDays),
    tenderer: notice.tendererName ?? "",
    isAllowed: guarantee,
  });
  const pdf = resolve(dirname(resolve(path)), read.data.file);
  const size = await sizeOfFile(pdf);
  const head = await headOfFile(pdf, 5);
  const said = problems.map(({ sentence }) => sentence);
  if (!isPdf(head)) said.push(`保函文件“${read.data.file}”不是 PDF，请提供开立人出具的 PDF。`);
  if (size > GUARANTEE_LIMITS.fileBytes) said.push("保函文件超过 10 MB，请压缩后重新提供。");
  if (said.length || !facts) return { problems: said };
  const sha256 = await hashOfFile(pdf);
  return {
    security: { part: encodeSecurity({ ...facts, sha256 }), guarantee: { path: pdf, size, sha256 } },
    problems: [],
  };
}

const isPdf = (head: Uint8Array): boolean => utf8("%PDF-").every((byte, i) => head[i] === byte);
