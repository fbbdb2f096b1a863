import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { organisationOf } from "@/platform/party/queries";
import { contractOf, offeredTerms } from "@/platform/service/queries";
import { SignServiceContract } from "@/platform/service/ui/sign-contract";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";
import { PrintHead } from "@/ui/print-head";

export const metadata: Metadata = { title: "平台服务合同" };

/** The service contract between who tenders here and the operator of the platform. */
export default async function AgreementPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { customer, terms, digest, contract, signs, address } = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor(async (tx, actor, { site }) => {
      const customer = await organisationOf(tx, actor.orgId);
      const offered = await offeredTerms(tx, site, customer);
      return {
        ...offered,
        customer,
        contract: await contractOf(tx, actor.orgId, offered.digest),
        signs: actor.role === "tenderer" || actor.role === "agency",
        address: `https://${site.host}/w/${org}/agreement`,
      };
    });
  }, `/w/${org}/agreement`);
  return (
    <>
      <PrintHead number={terms.platform.code} hash={digest} address={address} />
      <h1>平台服务合同</h1>
      <section className="card" aria-labelledby="terms-title">
        <h2 id="terms-title">
          {customer.name}与{terms.operator.name}
        </h2>
        <p className="muted">
          使用第三方运营的交易平台的，招标人或者其委托的招标代理机构应当与平台运营机构签订使用合同（《电子招标投标办法》第十六条）。
        </p>
        <dl className="fields">
          {terms.clauses.map(({ title, text }) => (
            <div key={title} style={{ display: "contents" }}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ))}
          <dt>签署内容校验值 SHA-256</dt>
          <dd className="hash">{digest}</dd>
          <dt>签署</dt>
          <dd>
            {contract
              ? `双方已签章，${formatInstant(contract.signedAt)}`
              : signs
                ? "尚未签署"
                : "由招标人或者招标代理机构签署"}
          </dd>
        </dl>
        {!contract && signs && <SignServiceContract creditCode={customer.creditCode} digest={digest} />}
      </section>
    </>
  );
}
