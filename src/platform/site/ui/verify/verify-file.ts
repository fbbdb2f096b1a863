import { type Bytes, fromUtf8, hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { formatInstant } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import type { Statement } from "@/crypto/statement";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { type Check, certificateCheck, issuerCheck, type OpenTrust, statementChecks } from "./check";

export interface Verification {
  readonly ok: boolean;
  readonly kind: string;
  readonly checks: readonly Check[];
  /** What the signed content says. */
  readonly facts: readonly (readonly [string, string])[];
  readonly sha256: string;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isStatement = (value: unknown): value is Statement & Json =>
  isObject(value) && typeof value.payload === "string" && typeof value.cms === "string";

const KINDS: Record<string, string> = {
  "xbid-receipt/1": "递交回执",
  "xbid-withdrawal/1": "撤回声明",
  "xbid-withdrawal-receipt/1": "撤回回执",
  "xb-closing/1": "截标记录",
  "xinbiao-act/1": "业务签名",
  "xbid-release/1": "解密授权",
};
const LABELS: Record<string, string> = {
  number: "编号",
  lot: "标段编号",
  tender: "招标项目编号",
  seq: "递交次数",
  sealHash: "投标文件校验值",
  bytes: "字节数",
  receivedAt: "收到时间",
  deadline: "投标截止时间",
  organisation: "投标人",
  act: "事项",
  subject: "对象",
  digest: "内容校验值",
  origin: "站点",
  text: "说明",
};

const isProblem = ({ ok }: Check) => ok === false;
const digestOf = (value: unknown): string => hex(sha256(encodeCanonical(value as CanonicalValue)));

/** Verifies a file as far as it can be verified: a signed PDF, a receipt, a notice or any signed statement. Nothing is sent. */
export async function verifyFile(bytes: Bytes, open: OpenTrust): Promise<Verification> {
  const hash = hex(sha256(bytes));
  const isPdf = bytes[0] === 0x25 && bytes[1] === 0x50 && bytes[2] === 0x44 && bytes[3] === 0x46;
  const found = isPdf ? await verifyPdf(bytes, open) : await verifyJson(bytes, open);
  return { ...found, ok: found.checks.length > 0 && !found.checks.some(isProblem), sha256: hash };
}

type Found = Omit<Verification, "ok" | "sha256">;

async function verifyPdf(bytes: Bytes, open: OpenTrust): Promise<Found> {
  const verdict = await verifyPdfSignatures(bytes);
  const checks: Check[] = verdict.problems.map((text) => ({ title: "PDF 文件", ok: false, text }));
  if (verdict.ok)
    checks.push({
      title: "PDF 文件",
      ok: true,
      text: `${verdict.signatures.length} 个签名覆盖整个文件，签名以来没有改动`,
    });
  for (const [i, signature] of verdict.signatures.entries()) {
    const title = `第 ${i + 1} 个签名`;
    const { signer, certificates, signingTime } = signature;
    if (!signature.ok || !signer) {
      checks.push({ title, ok: false, text: signature.reason ?? "签名不成立" });
      continue;
    }
    const check = await certificateCheck(signer, certificates, open, signingTime ?? open.now);
    checks.push({
      ...check,
      title,
      text: `${check.text}${signingTime ? `；签署时间 ${formatInstant(signingTime)}（签署人所载）` : ""}`,
    });
  }
  return { kind: "PDF 文件", checks, facts: [] };
}

async function verifyJson(bytes: Bytes, open: OpenTrust): Promise<Found> {
  const nothing = (text: string): Found => ({
    kind: "未知文件",
    checks: [{ title: "格式", ok: false, text }],
    facts: [],
  });
  let file: unknown;
  try {
    file = JSON.parse(fromUtf8(bytes));
  } catch {
    return nothing("既不是 PDF，也不是完整的 JSON；文件可能已损坏");
  }
  if (!isObject(file)) return nothing("文件中没有签名");
  const statement = [file, file.receipt, file.statement].find(isStatement);
  if (!statement) return nothing("文件中没有签名");
  const beside = typeof file.publishedAt === "string" ? file.publishedAt : undefined;
  const { checks, payload = {}, signer } = await statementChecks(statement, open, beside);
  const { format } = payload;
  const kind =
    file.format === "xinbiao-notice/1"
      ? "公告"
      : isObject(file.record)
        ? "开标记录"
        : (KINDS[String(format)] ?? "签名数据");
  return {
    kind,
    checks: [
      ...checks,
      ...issuerCheck(format, signer, open.operatorCreditCode),
      ...(file === statement ? [] : coverChecks(file, payload)),
    ],
    facts: factsOf(payload),
  };
}

/** Does what stands beside the statement agree with what was signed? */
function coverChecks(file: Json, payload: Json): Check[] {
  if (file.format === "xinbiao-notice/1") return noticeChecks(file, payload);
  if (isObject(file.record)) {
    const same = safeDigest(file.record) === payload.digest;
    return [{ title: "记录内容", ok: same, text: same ? "与主持人签署的内容一致" : "与主持人签署的内容不一致" }];
  }
  const beside = Object.entries(file).filter(([name]) => !["receipt", "statement"].includes(name));
  const checks = beside
    .filter(([name]) => name in payload)
    .map(([name, value]): Check => {
      const same = value === payload[name];
      return { title: LABELS[name] ?? name, ok: same, text: same ? "与签名内容一致" : "与签名内容不一致" };
    });
  const outside = beside.filter(([name]) => !(name in payload)).map(([name]) => name);
  return outside.length
    ? [...checks, { title: "签名以外的内容", ok: undefined, text: `不在签名范围内，不能核验：${outside.join("、")}` }]
    : checks;
}

function noticeChecks({ title, fields, contentHash, documentDigest, kind }: Json, { digest }: Json): Check[] {
  const hash = safeDigest({ title, fields });
  const same = hash !== undefined && hash === contentHash;
  const checks: Check[] = [{ title: "公告内容", ok: same, text: same ? "与内容校验值一致" : "与内容校验值不一致" }];
  const signed =
    kind === "tender"
      ? safeDigest({ notice: hash, document: documentDigest })
      : kind === "candidates"
        ? hash
        : undefined;
  if (signed)
    checks.push({
      title: "签署内容",
      ok: signed === digest,
      text: signed === digest ? "公告内容就是被签署的内容" : "公告内容不是被签署的内容",
    });
  return checks;
}

function safeDigest(value: unknown): string | undefined {
  try {
    return digestOf(value);
  } catch {
    return undefined;
  }
}

function factsOf(payload: Json): [string, string][] {
  return Object.entries(LABELS).flatMap(([name, label]): [string, string][] => {
    const value = payload[name];
    if (typeof value !== "string" && typeof value !== "number") return [];
    const isTime = name === "receivedAt" || name === "deadline";
    return [[label, isTime && typeof value === "string" ? formatInstant(new Date(value)) : String(value)]];
  });
}
