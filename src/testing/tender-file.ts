import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import type { CmsSigner } from "@/crypto/cms";
import { sha256 } from "@/crypto/sha256";
import { signStatement } from "@/crypto/statement";
import { worksDocument } from "@/dev/scenarios/document";
import { writeXtd } from "@/lifecycle/clarification/xtd";
import { documentDigest, documentManifest } from "@/lifecycle/tender-document/rules";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";

export const XTD_LOT = "E5200000001000001001001";
export const XTD_TENDER = "E5200000001000001001";

const NOTICE = {
  内容: "演示",
  submitDeadline: "2026-06-24 09:00:00（北京时间）",
  tendererName: "清溪市教育局（演示）",
};

const hashOf = (value: CanonicalValue) => hex(sha256(encodeCanonical(value)));

/** Writes a tender document package that verifies, without a platform. @returns the digest that bids name. */
export async function tenderFile(
  path: string,
  signer: CmsSigner,
  changes: Partial<TenderDocumentContent> = {},
): Promise<string> {
  // Most cases are about something else than the declaration, and are as documents of before.
  const { interestDeclaration: _, ...works } = worksDocument(500_000_000n, 5_000_000n);
  const content = { ...works, ...changes };
  const digest = documentDigest(documentManifest(XTD_LOT, 1, content, []));
  const notice = { number: "N1", title: "招标公告", fields: NOTICE };
  const contentHash = hashOf({ title: notice.title, fields: notice.fields });
  const statement = await signStatement(
    {
      format: "xinbiao-act/1",
      act: "notice.publish",
      subject: XTD_LOT,
      origin: "localhost",
      nonce: "n",
      digest: hashOf({ notice: contentHash, document: digest }),
    },
    signer,
  );
  type Facts = Parameters<typeof writeXtd>[1];
  const facts = {
    lot: { code: XTD_LOT, name: "施工标段" } as Facts["lot"],
    tender: { code: XTD_TENDER, name: "演示项目" } as Facts["tender"],
    document: { content, version: 1, digest, statement } as Facts["document"],
    notice: { ...notice, contentHash } as unknown as Facts["notice"],
    stored: [],
    clarifications: [],
  };
  await writeXtd(path, facts, {} as Parameters<typeof writeXtd>[2]);
  return digest;
}
