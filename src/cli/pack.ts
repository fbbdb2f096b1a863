import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { SECURITY_FILE } from "@/lifecycle/bid-security/guarantee/part";
import { sealedBill } from "@/lifecycle/bidding/bill/prices";
import { CONSORTIUM_FILE } from "@/lifecycle/bidding/consortium/part";
import { DECLARATION_FILE } from "@/lifecycle/bidding/declaration/part";
import {
  GUARANTEE_NAME,
  GUARANTEE_SLOT,
  inDocumentOrder,
  sealedForm,
  sealedName,
  secondFields,
  sizeText,
  totalBytes,
} from "@/lifecycle/bidding/draft";
import { PRICED_BILL_FILE } from "@/lifecycle/tender-document/bill/priced";
import { envelopeOfFile, hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { checkConsortium } from "./bid/consortium-check";
import { checkDeclaration } from "./bid/declaration-check";
import { hashOfFile, readJson } from "./bid/disk";
import { openDocument } from "./bid/document";
import { checkPack } from "./bid/pack-check";
import type { Pack } from "./bid/pack-file";
import { priceWarnings } from "./bid/price-warnings";
import { checkSecurity } from "./bid/security-check";

const USAGE = `xinbiao pack --document FILE.xtd --form form.json --file "名称=文件.pdf" … [--prices 报价清单.xlsx] [--declaration declaration.json] [--consortium request.json --consent FILE …] [--guarantee guarantee.json] --out bid.pack [--trust ROOTS.pem] [--json]`;

const OWN_EYES = 0o600;

async function pack(call: Call): Promise<Told> {
  if (call.file) throw new WrongCall(`多余的参数：${call.file}。文件用 --file "名称=路径" 给出。`);
  const out = call.text("out");
  const document = await openDocument(call.text("document"), call.maybe("trust"));
  const { manifest, content } = document;
  const form = await readJson(call.text("form")).catch((error: unknown) => {
    if (error instanceof SyntaxError) throw new WrongCall(`${call.text("form")} 不是 JSON。`);
    throw error;
  });
  const { draft, problems: found } = await checkPack(content, form, call.list("file"), call.maybe("prices"));
  const consortium = await checkConsortium(
    { tender: manifest.tenderProject.code, lot: manifest.lot.code, isAllowed: content.consortiumAllowed },
    { request: call.maybe("consortium"), consents: call.list("consent"), trust: call.maybe("trust") },
  );
  const declared = await checkDeclaration(content, call.maybe("declaration"));
  const secured = await checkSecurity(document, call.maybe("guarantee"));
  const problems = [...found, ...consortium.problems, ...declared.problems, ...secured.problems];
  if (problems.length)
    throw new NotHeld(
      `投标文件有 ${problems.length} 处不符合招标文件的要求，没有生成说明。请一并改正后再运行。`,
      "cli.pack",
      problems,
    );
  const warnings = await priceWarnings(content, draft);
  for (const warning of warnings) call.say(`注意：${warning}`);
  const files: Pack["files"] = [];
  for (const file of inDocumentOrder(content, draft.files)) {
    call.say(`计算校验值：${file.name}（${sizeText(file.sizeBytes)}）`);
    files.push({
      slot: file.slot,
      name: sealedName(content, file),
      path: relative(dirname(resolve(out)), resolve(file.id)),
      size: file.sizeBytes,
      sha256: await hashOfFile(file.id),
      ...inEnvelope(content, file.slot, sealedName(content, file)),
    });
  }
  const { guarantee } = secured.security ?? {};
  if (guarantee) {
    const { path, size, sha256 } = guarantee;
    files.push({
      slot: GUARANTEE_SLOT,
      name: GUARANTEE_NAME,
      path: relative(dirname(resolve(out)), path),
      size,
      sha256,
      ...inEnvelope(content, GUARANTEE_SLOT, GUARANTEE_NAME),
    });
  }
  /** Writes a part that this command makes beside the description, and names it in it. */
  const made = async (slot: string, name: string, bytes: Uint8Array): Promise<void> => {
    const path = `${out}.${name}`;
    await writeFile(path, bytes, { mode: OWN_EYES });
    files.push({
      slot,
      name,
      path: relative(dirname(resolve(out)), resolve(path)),
      size: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      ...inEnvelope(content, slot, name),
    });
  };
  if (content.bill)
    await made("bill", PRICED_BILL_FILE, sealedBill(manifest.lot.code, content.bill, draft.prices ?? {}));
  if (consortium.part) await made("consortium", CONSORTIUM_FILE, consortium.part);
  if (declared.part) await made("declaration", DECLARATION_FILE, declared.part);
  if (secured.security) await made(GUARANTEE_SLOT, SECURITY_FILE, secured.security.part);
  const described: Pack = {
    format: "xb-pack/1",
    tender: manifest.tenderProject.code,
    lot: manifest.lot.code,
    documentVersion: manifest.version,
    documentDigest: manifest.documentDigest,
    envelopes: content.envelopes,
    usesDraws: content.usesDraws,
    form: sealedForm(content, draft),
    ...(hasTwoEnvelopes(content) ? { secondFields: secondFields(content) } : {}),
    files,
  };
  // It holds the price in clear.
  await writeFile(out, `${JSON.stringify(described, null, 2)}\n`, { mode: OWN_EYES });
  return {
    lines: [
      `已检查：标段 ${described.lot}，招标文件第 ${described.documentVersion} 版，${files.length} 个文件，共 ${sizeText(totalBytes(draft))}。`,
      `说明写入 ${out}。下一步：xinbiao seal ${out} --p12 证书文件 --out bid.xbid --code-out code.txt`,
    ],
    data: { pack: out, lot: described.lot, documentDigest: described.documentDigest, files: files.length, warnings },
  };
}

/** The envelope of a file, where there is more than one. */
const inEnvelope = (content: TenderDocumentContent, slot: string, name: string) =>
  hasTwoEnvelopes(content) ? { envelope: envelopeOfFile(content, slot, name) } : {};

/** `xinbiao pack`: checks form and files against the open document package, offline, and writes down what is to be sealed. */
export const run = bidderCommand({
  usage: USAGE,
  options: {
    document: { type: "string" },
    form: { type: "string" },
    file: { type: "string", multiple: true },
    prices: { type: "string" },
    declaration: { type: "string" },
    consortium: { type: "string" },
    consent: { type: "string", multiple: true },
    guarantee: { type: "string" },
    out: { type: "string" },
    trust: { type: "string" },
  },
  work: pack,
});
