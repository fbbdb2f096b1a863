"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextArea, TextField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import { DISCLOSURES, type DisclosureKey, PROFESSIONS, STORES, type SiteForm as Values } from "../schema";

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
/** Lists are written as texts: one address a line, certificates one after the other. */
const lines = (text: string) => text.split(/\s+/).filter(Boolean);
const certificates = (text: string) => text.match(PEM) ?? (text.trim() ? [text] : []);

/** The form by which a site is opened or changed. What it says takes effect when the security administrator allows it. */
export function SiteForm({
  start,
  profiles,
  targetSiteId,
}: {
  start: Values;
  profiles: readonly (readonly [string, string])[];
  targetSiteId?: string;
}) {
  const act = useAct();
  const [values, setValues] = useState(start);
  const [lists, setLists] = useState({
    trustList: start.trustList.join("\n"),
    timestampTrust: start.timestampTrust.join("\n"),
    crlUrls: start.crlUrls.join("\n"),
    ocspUrls: start.ocspUrls.join("\n"),
  });
  const set =
    <K extends keyof Values>(name: K) =>
    (value: Values[K]) =>
      setValues((before) => ({ ...before, [name]: value }));
  const setList = (name: keyof typeof lists) => (value: string) => setLists((before) => ({ ...before, [name]: value }));
  const propose = () => {
    const key = actKey();
    const whole: Values = {
      ...values,
      trustList: certificates(lists.trustList),
      timestampTrust: certificates(lists.timestampTrust),
      crlUrls: lines(lists.crlUrls),
      ocspUrls: lines(lists.ocspUrls),
      priceList: values.priceList.filter(({ service, price }) => service || price),
      certifications: values.certifications.filter(({ body, number, url }) => body || number || url),
      professionals: values.professionals.filter(({ name, qualification }) => name || qualification),
      placements: values.placements.filter(({ host, provider, region }) => host || provider || region),
    };
    return act.run(async () => {
      const body = { values: whole, ...(targetSiteId ? { targetSiteId } : {}) };
      const { proposalId } = await insist(() => trpc.site.propose.mutate({ key, body }));
      window.location.assign(`/admin/sites/proposals/${proposalId}`);
      return "已提出。";
    });
  };
  return (
    <form
      noValidate
      aria-label={targetSiteId ? "变更站点" : "开通站点"}
      onSubmit={(event) => {
        event.preventDefault();
        void propose();
      }}
    >
      <section className="card" aria-labelledby="site-who">
        <h2 id="site-who">站点</h2>
        <TextField
          label="域名"
          value={values.host}
          hint={targetSiteId ? "开通后不能变更" : "例如 jy.example.cn，不含端口；证书与解析由网络管理人员先行配置"}
          onChange={set("host")}
        />
        <TextField label="站点名称" value={values.name} onChange={set("name")} />
        <TextField
          label="平台标识代码"
          value={values.platformCode}
          hint={targetSiteId ? "开通后不能变更" : "主管部门分配的 11 位代码"}
          onChange={set("platformCode")}
        />
        <SelectField label="适用规则" value={values.profile} options={profiles} onChange={set("profile")} />
        <TextField label="运营机构" value={values.operatorName} onChange={set("operatorName")} />
        <TextField
          label="运营机构统一社会信用代码"
          value={values.operatorCreditCode}
          onChange={set("operatorCreditCode")}
        />
      </section>
      <section className="card" aria-labelledby="site-links">
        <h2 id="site-links">对接</h2>
        <TextField label="公共服务平台接口网址" required={false} value={values.hubUrl} onChange={set("hubUrl")} />
        <TextField label="收款银行接口网址" required={false} value={values.bankUrl} onChange={set("bankUrl")} />
        <TextArea
          label="收款银行证书（PEM）"
          required={false}
          value={values.bankCertificate}
          onChange={set("bankCertificate")}
        />
        <TextField label="时间戳服务网址" required={false} value={values.timestampUrl} onChange={set("timestampUrl")} />
      </section>
      <section className="card" aria-labelledby="site-trust">
        <h2 id="site-trust">证书信任</h2>
        <TextArea
          label="信任的认证机构证书（PEM，根证书与签发证书）"
          rows={6}
          value={lists.trustList}
          onChange={setList("trustList")}
        />
        <TextArea
          label="时间戳服务的信任证书（PEM）"
          rows={4}
          value={lists.timestampTrust}
          onChange={setList("timestampTrust")}
        />
        <TextArea
          label="吊销列表网址（每行一个）"
          required={false}
          value={lists.crlUrls}
          onChange={setList("crlUrls")}
        />
        <TextArea
          label="证书状态查询网址（每行一个）"
          required={false}
          value={lists.ocspUrls}
          onChange={setList("ocspUrls")}
        />
      </section>
      <section className="card" aria-labelledby="site-open">
        <h2 id="site-open">公开事项</h2>
        <RowsEditor
          title="服务与收费"
          rows={values.priceList.length ? values.priceList : [{ service: "", price: "" }]}
          columns={[
            { label: "服务", name: "service", wide: true },
            { label: "收费标准", name: "price" },
          ]}
          blank={() => ({ service: "", price: "" })}
          onChange={(rows) => set("priceList")([...rows])}
        />
        <RowsEditor
          title="检测认证证书"
          rows={values.certifications}
          least={0}
          columns={[
            { label: "机构", name: "body", wide: true },
            { label: "证书编号", name: "number", wide: true },
            { label: "有效期起", name: "from", type: "date" },
            { label: "有效期止", name: "until", type: "date" },
            { label: "报告网址", name: "url", wide: true },
          ]}
          blank={() => ({ body: "", number: "", from: "", until: "", url: "" })}
          onChange={(rows) => set("certifications")([...rows])}
        />
        <RowsEditor
          title="运营机构专业人员"
          rows={values.professionals}
          least={0}
          columns={[
            { label: "姓名", name: "name" },
            { label: "专业", name: "profession", options: Object.entries(PROFESSIONS) },
            { label: "资格或者职称", name: "qualification", wide: true },
          ]}
          blank={() => ({ name: "", profession: "it" as const, qualification: "" })}
          onChange={(rows) => set("professionals")([...rows])}
        />
        {(Object.keys(DISCLOSURES) as DisclosureKey[]).map((name) => (
          <TextField
            key={name}
            label={DISCLOSURES[name]}
            required={false}
            value={values.disclosure[name] ?? ""}
            onChange={(text) => set("disclosure")({ ...values.disclosure, [name]: text })}
          />
        ))}
      </section>
      <section className="card" aria-labelledby="site-places">
        <h2 id="site-places">部署位置</h2>
        <p className="small muted">
          服务器和全部数据、备份、日志都须在境内（《电子招标投标办法》第十条）。登记每一处的主机和所在地；不在境内的写“境外”，这样的站点不予批准。
        </p>
        <RowsEditor
          title="部署位置"
          rows={values.placements}
          least={0}
          columns={[
            { label: "用途", name: "kind", options: Object.entries(STORES) },
            { label: "主机", name: "host", wide: true },
            { label: "机房或者服务商", name: "provider", wide: true },
            { label: "所在地（行政区划代码）", name: "region" },
          ]}
          blank={() => ({ kind: "database" as const, host: "", provider: "", region: "" })}
          onChange={(rows) => set("placements")([...rows])}
        />
      </section>
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        提出，交安全管理员审批
      </button>
    </form>
  );
}
