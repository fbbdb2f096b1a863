"use client";

import { useEffect, useState } from "react";
import { creditCodeOf, parseCertificate } from "@/crypto/certificate";
import { CertificateFields, useGivenCertificate } from "@/platform/identity/ui/certificate-fields";
import { openKeyFile } from "@/platform/identity/ui/key-ring";
import { saveFile } from "@/ui/save-file";
import { type ConsentRequest, consentFile, readRequest, signConsent } from "../consortium/consent";
import { JOINT_LIABILITY, shareText } from "../consortium/part";

const CHINESE = /[\u4e00-\u9fff]/;
const sentenceOfProblem = (problem: unknown): string =>
  problem instanceof Error && CHINESE.test(problem.message) ? problem.message : "没有完成，请刷新页面重试。";

/**
 * Where a member signs what the leader of a consortium gave it (联合体成员签署): the request is opened, read and signed in
 * this browser, and nothing of it is sent anywhere. The page asks for no sign-in and says nothing to the platform.
 */
export function ConsentSheet() {
  const [request, setRequest] = useState<ConsentRequest>();
  const [problem, setProblem] = useState("");
  const open = async (file: File | undefined) => {
    if (!file) return;
    setRequest(undefined);
    setProblem("");
    try {
      setRequest(readRequest(new Uint8Array(await file.arrayBuffer())));
    } catch (error) {
      setProblem(sentenceOfProblem(error));
    }
  };
  return (
    <>
      <section className="card" aria-labelledby="h-request">
        <h2 id="h-request">1 打开签署请求</h2>
        <label className="field" htmlFor="consent-request">
          <span>牵头人发来的签署请求（.json）</span>
          <input
            id="consent-request"
            type="file"
            accept=".json,application/json"
            onChange={(event) => void open(event.currentTarget.files?.[0])}
          />
        </label>
        {problem && (
          <p className="note danger" role="alert">
            {problem}
          </p>
        )}
      </section>
      {request && (
        <>
          <Content request={request} />
          <Sign key={request.terms.agreement} request={request} />
        </>
      )}
    </>
  );
}

/** What is signed, in full: parties, shares and the agreement itself. */
function Content({ request: { terms, agreement } }: { request: ConsentRequest }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([agreement], { type: "application/pdf" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [agreement]);
  return (
    <section className="card" aria-labelledby="h-content">
      <h2 id="h-content">2 核对内容</h2>
      <dl className="fields">
        <dt>招标项目</dt>
        <dd>{terms.tender}</dd>
        <dt>标段</dt>
        <dd>{terms.lot}</dd>
        <dt>协议校验值</dt>
        <dd className="hash">{terms.agreement}</dd>
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="scroll-x" aria-label="联合体各方" tabIndex={0}>
        <table className="plain">
          <caption className="visually-hidden">联合体各方</caption>
          <thead>
            <tr>
              <th scope="col">身份</th>
              <th scope="col">单位</th>
              <th scope="col">统一社会信用代码</th>
              <th scope="col">分工</th>
              <th scope="col" className="num">
                份额
              </th>
              <th scope="col">资质</th>
            </tr>
          </thead>
          <tbody>
            {terms.parties.map((party, i) => (
              <tr key={party.creditCode}>
                <td>{i === 0 ? "牵头人" : "成员"}</td>
                <th scope="row">{party.name}</th>
                <td>{party.creditCode}</td>
                <td>{party.work}</td>
                <td className="num">{shareText(party.shareBasisPoints)}</td>
                <td>{party.qualification}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {url && (
        <p>
          <a href={url} target="_blank" rel="noreferrer">
            打开联合体协议（PDF）
          </a>
        </p>
      )}
    </section>
  );
}

function Sign({ request: { terms } }: { request: ConsentRequest }) {
  const given = useGivenCertificate();
  const [running, setRunning] = useState(false);
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState("");
  const sign = async () => {
    setSaid("");
    setProblem("");
    setRunning(true);
    try {
      const { bytes, password } = await given.read();
      const { signer } = await openKeyFile(bytes, password);
      const statement = await signConsent(terms, signer);
      const code = creditCodeOf(parseCertificate(signer.certificate));
      const name = terms.parties.find(({ creditCode }) => creditCode === code)?.name ?? "";
      saveFile(`联合体签署-${terms.lot}-${name}.json`, consentFile(statement), "application/json");
      setSaid(`已以“${name}”名义签署，签署文件已保存到本机。请交给牵头人导入。`);
    } catch (error) {
      setProblem(sentenceOfProblem(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section className="card" aria-labelledby="h-sign">
      <h2 id="h-sign">3 签署</h2>
      <p className="note warn">
        {JOINT_LIABILITY}
        签署后在同一招标项目中不得再单独投标或参加其他联合体，否则相关投标均无效（实施条例第三十七条）。
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void sign();
        }}
      >
        <CertificateFields given={given} title="本单位机构证书文件（.p12 / .pfx，只在本机打开，不上传）" />
        <button type="submit" className="btn btn-seal" disabled={running}>
          签署并保存签署文件
        </button>
      </form>
      <p role="status">{running ? "正在签署…" : said}</p>
      {problem && (
        <p className="note danger" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
