import type { SignerFacts } from "../signature";

export interface SignaturePanelProps {
  readonly signer: SignerFacts | undefined;
  /** The organisation's seal, and in which capacity the person signed; neither under a publication of before both were asked. */
  readonly seal: SignerFacts | undefined;
  readonly capacity: string | undefined;
  readonly contentHash: string;
  readonly number: string;
  readonly publishedAt: string;
  /** When the legal medium printed it, as shown; undefined while it is on its way. */
  readonly mediaPublishedAt?: string;
  readonly mediaUrl?: string;
  /** An invitation goes to those invited and is printed nowhere. */
  readonly isLetter?: boolean;
}

/** Who signed a notice, over which content, and whether the provincial platform has it. */
export function SignaturePanel(props: SignaturePanelProps) {
  const { signer, seal, capacity, contentHash, number, publishedAt, mediaPublishedAt, mediaUrl, isLetter } = props;
  return (
    <section className="card" aria-labelledby="signature-title">
      <h2 id="signature-title">签名与发布</h2>
      <dl className="fields">
        <dt>{seal ? "本人签名" : "签章"}</dt>
        <dd className="seal-text">
          {signer ? `${signer.name}${signer.organisation ? `（${signer.organisation}）` : ""}` : "无"}
          {capacity && <span className="small muted"> {capacity}</span>}
        </dd>
        {signer && (
          <>
            <dt>证书序号</dt>
            <dd className="hash">{signer.serial}</dd>
          </>
        )}
        {seal && (
          <>
            <dt>单位印章</dt>
            <dd className="seal-text">{seal.name}</dd>
            <dt>印章证书序号</dt>
            <dd className="hash">{seal.serial}</dd>
          </>
        )}
        <dt>内容校验值 SHA-256</dt>
        <dd className="hash">{contentHash}</dd>
        <dt>本平台发布时间</dt>
        <dd>{publishedAt}</dd>
        <dt>省公共服务平台</dt>
        <dd>
          {mediaPublishedAt
            ? `已发布，${mediaPublishedAt}`
            : isLetter
              ? "只发给受邀单位，不在媒介发布"
              : "省平台同步中"}
          {mediaUrl && <span className="small muted">（{mediaUrl}）</span>}
        </dd>
      </dl>
      <p className="row">
        <a className="btn" href={`/notices/${number}/data`}>
          结构化数据（JSON）
        </a>
        <a href="/verify">核验签名</a>
      </p>
    </section>
  );
}
