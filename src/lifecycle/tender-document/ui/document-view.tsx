import { capitalAmount, formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import type { UploadedFile } from "@/platform/file/ui/upload";
import { fieldText, fileText } from "../envelopes";
import { levelName } from "../levels";
import { priceOf, securityTerms, type TenderDocumentContent } from "../schema";
import { BillTable } from "./bill-table";
import { GatheringList } from "./gathering-list";

const yuan = (fen: string) => `${formatYuan(BigInt(fen))}（${capitalAmount(BigInt(fen))}）`;

/** An issued tender document, read only. */
export function DocumentView({
  content,
  files,
  digest,
  version,
  xtdHref,
}: {
  content: TenderDocumentContent;
  files: readonly UploadedFile[];
  digest: string;
  version: number;
  /** Where the whole document is to be had as one file. */
  xtdHref?: string;
}) {
  return (
    <section className="card" aria-labelledby="document-title">
      <h2 id="document-title">
        {content.title}（第 {version} 版）
      </h2>
      <dl className="fields">
        <dt>校验值 SHA-256</dt>
        <dd className="hash">{digest || "尚未发出"}</dd>
        <dt>招标文件售价</dt>
        <dd>{priceOf(content) ? yuan(String(priceOf(content))) : "免费"}</dd>
        <dt>最高投标限价</dt>
        <dd>{yuan(content.ceilingFen)}</dd>
        {content.baseEstimate && (
          <>
            <dt>标底</dt>
            <dd>
              已封存，开标时公布，仅作评标参考；校验值 <span className="hash">{content.baseEstimate.hash}</span>
            </dd>
          </>
        )}
        <dt>投标保证金</dt>
        <dd>
          {yuan(content.securityFen)}，{securityTerms(content)}
        </dd>
        {content.winnerPays && (
          <>
            <dt>招标代理服务费</dt>
            <dd>{content.winnerPays.text}</dd>
          </>
        )}
        <dt>投标有效期</dt>
        <dd>{content.validityDays} 天</dd>
        <dt>解密时间</dt>
        <dd>{content.decryptionWindowMinutes} 分钟</dd>
        <dt>开标一览表</dt>
        <dd>{content.form.map((field) => fieldText(content, field)).join("、")}</dd>
        <dt>须提交的文件</dt>
        <dd>{content.requiredFiles.map((file) => fileText(content, file)).join("、")}</dd>
        {content.interestDeclaration && (
          <>
            <dt>投标人声明</dt>
            <dd>与招标人的利害关系声明，随投标文件加密递交</dd>
          </>
        )}
        {content.levels && (
          <>
            <dt>资质要求</dt>
            <dd>
              {content.levels.map(({ speciality, level }) => `${speciality}${levelName(level)}及以上`).join("、")}
            </dd>
          </>
        )}
        <dt>初步评审</dt>
        <dd>{content.reviewItems.map(({ title }) => title).join("、")}</dd>
        <dt>详细评审</dt>
        <dd>
          {content.criteria.map(({ title, maxHundredths }) => `${title} ${formatScore(maxHundredths)} 分`).join("、")}
        </dd>
      </dl>
      <GatheringList gatherings={content.gatherings} />
      {content.bill && <BillTable bill={content.bill} />}
      <h3>文件</h3>
      <ul className="plain-list">
        {files.map((file) => (
          <li key={file.id}>
            <a href={`/api/files/${file.id}`}>{file.name}</a> <span className="hash">{file.sha256}</span>
          </li>
        ))}
      </ul>
      {xtdHref && (
        <p>
          <a className="btn" href={xtdHref}>
            下载结构化招标文件（.xtd）
          </a>{" "}
          <span className="small muted">可用 xinbiao verify 离线核验</span>
        </p>
      )}
    </section>
  );
}
