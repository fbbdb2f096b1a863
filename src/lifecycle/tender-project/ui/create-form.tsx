"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { TENDER_CLASSES, type TenderClass } from "@/core/code-lists";
import { parseYuan } from "@/core/money";
import { REGIME_TEXTS, type Regime } from "@/lifecycle/law/regime";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { CheckField, SelectField, TextArea, TextField } from "@/ui/fields";

interface Organisation {
  readonly id: string;
  readonly name: string;
}

const EMPTY = {
  projectName: "",
  investCode: "",
  industry: "E47",
  regionCode: "520100",
  address: "",
  fundSource: "财政资金，已落实",
  scale: "",
  approvalName: "",
  approvalNumber: "",
  tenderName: "",
  mandateNumber: "",
  superviseDept: "",
  lotName: "",
  content: "",
  estimate: "",
};

/** What is usual for works paid by the state; everything can be chosen otherwise. */
const usualRegime = (orgForm: Regime["orgForm"]): Regime => ({
  mandatory: true,
  stateFundsDominant: true,
  tenderMode: "open",
  orgForm,
  qualification: "post",
  envelopes: 1,
  twoStage: false,
  evaluationVenue: "dispersed",
  awardRight: "recommends",
  consortium: false,
  subject: "works",
});

/** Of two stages the first one takes the place of a prequalification, and is open to all. */
const withStages = (regime: Regime, chosen: keyof Regime): Regime => {
  if (!regime.twoStage || (regime.tenderMode === "open" && regime.qualification === "post")) return regime;
  return chosen === "twoStage"
    ? { ...regime, tenderMode: "open", qualification: "post" }
    : { ...regime, twoStage: false };
};

/** Whom an invited tender goes to is chosen, not applied for: choosing the one ends the other. */
const consistent = (chosenRegime: Regime, chosen: keyof Regime): Regime => {
  const regime = withStages(chosenRegime, chosen);
  if (regime.tenderMode === "open" || regime.qualification === "post") return regime;
  return chosen === "qualification" ? { ...regime, tenderMode: "open" } : { ...regime, qualification: "post" };
};

const options = <V extends string>(texts: Record<V, string>) => Object.entries(texts) as [V, string][];

/** Begins one act of tendering: project, tender project and one lot. */
export function CreateForm({
  org,
  role,
  tenderers,
  supervisors,
  provisional,
}: {
  org: string;
  role: "tenderer" | "agency";
  tenderers: readonly Organisation[];
  supervisors: readonly Organisation[];
  /** A provisional sum of an awarded lot that is tendered now (IR29): what the form begins with. */
  provisional?: { readonly lotId: string; readonly code: string; readonly form: Partial<typeof EMPTY> } | undefined;
}) {
  const router = useRouter();
  const act = useAct();
  const [form, setForm] = useState({ ...EMPTY, ...provisional?.form });
  const [regime, setRegime] = useState(() => usualRegime(role === "agency" ? "agency" : "self"));
  const [fixedAssets, setFixedAssets] = useState(false);
  const [tenderClass, setClass] = useState<TenderClass>("A01");
  const [tendererOrgId, setTenderer] = useState(tenderers[0]?.id ?? "");
  const [supervisorOrgId, setSupervisor] = useState(supervisors[0]?.id ?? "");
  const text = (name: keyof typeof EMPTY, label: string, more: { required?: boolean; hint?: string } = {}) => (
    <TextField label={label} value={form[name]} {...more} onChange={(value) => setForm({ ...form, [name]: value })} />
  );
  const set =
    <K extends keyof Regime>(name: K) =>
    (value: Regime[K]) =>
      setRegime(consistent({ ...regime, [name]: value }, name));
  const create = async (key: string) => {
    const estimate = parseYuan(form.estimate);
    if (estimate === undefined) throw new Error("标段估算价须为金额，例如 12,800,000.00。");
    const supervisor = supervisors.find(({ id }) => id === supervisorOrgId);
    const made = await insist(() =>
      trpc.tender.create.mutate({
        key,
        body: {
          project: {
            name: form.projectName,
            fixedAssets,
            ...(form.investCode ? { investCode: form.investCode } : {}),
            industry: form.industry,
            regionCode: form.regionCode,
            address: form.address,
            fundSource: form.fundSource,
            scale: form.scale,
            approvalName: form.approvalName,
            approvalNumber: form.approvalNumber,
          },
          tender: {
            name: form.tenderName,
            tenderClass,
            tendererOrgId,
            ...(role === "agency" ? { mandateNumber: form.mandateNumber } : {}),
            regime,
            superviseDept: form.superviseDept || (supervisor?.name ?? ""),
            supervisorOrgId,
          },
          ...(provisional ? { provisional: { lotId: provisional.lotId, code: provisional.code } } : {}),
          lot: { name: form.lotName, content: form.content, estimateFen: String(estimate) },
        },
      }),
    );
    router.push(`/w/${org}/tenders/${made.lotId}?tab=documents`);
    return `已建立标段 ${made.lotCode}。`;
  };
  return (
    <form
      aria-label="新建招标项目"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => create(key));
      }}
    >
      <fieldset className="group">
        <legend>项目</legend>
        <div className="form-grid">
          {text("projectName", "项目名称")}
          {text("investCode", "投资项目统一代码", {
            required: fixedAssets,
            hint: "24 位，例如 2026-520100-47-01-000001",
          })}
          {text("industry", "行业分类", { hint: "国民经济行业大类，例如 E47 房屋建筑业" })}
          {text("regionCode", "行政区域代码", { hint: "6 位数字" })}
          {text("address", "项目地点")}
          {text("fundSource", "资金来源及落实情况")}
          {text("approvalName", "审批文件名称")}
          {text("approvalNumber", "审批文号")}
        </div>
        <CheckField label="固定资产投资项目" checked={fixedAssets} onChange={setFixedAssets} />
        <TextArea label="项目规模" value={form.scale} onChange={(scale) => setForm({ ...form, scale })} />
      </fieldset>
      <fieldset className="group">
        <legend>招标项目</legend>
        <div className="form-grid">
          {text("tenderName", "招标项目名称")}
          <SelectField
            label="招标人"
            value={tendererOrgId}
            options={tenderers.map(({ id, name }) => [id, name] as const)}
            onChange={setTenderer}
          />
          {role === "agency" && text("mandateNumber", "委托代理合同编号")}
          <SelectField
            label="监督部门"
            value={supervisorOrgId}
            options={supervisors.map(({ id, name }) => [id, name] as const)}
            onChange={setSupervisor}
          />
          {text("superviseDept", "公告中载明的监督部门", { required: false, hint: "不填则用监督部门名称" })}
          <SelectField<TenderClass>
            label="招标项目类型"
            value={tenderClass}
            options={options(TENDER_CLASSES)}
            onChange={setClass}
          />
          <SelectField
            label="招标内容"
            value={regime.subject}
            options={options(REGIME_TEXTS.subject)}
            onChange={set("subject")}
          />
          <SelectField
            label="招标方式"
            value={regime.tenderMode}
            options={options(REGIME_TEXTS.tenderMode)}
            onChange={set("tenderMode")}
          />
          <SelectField
            label="资格审查方式"
            value={regime.qualification}
            options={options(REGIME_TEXTS.qualification)}
            onChange={set("qualification")}
          />
          <SelectField
            label="信封"
            value={String(regime.envelopes) as "1" | "2"}
            options={options(REGIME_TEXTS.envelopes as Record<"1" | "2", string>)}
            onChange={(envelopes) => set("envelopes")(envelopes === "2" ? 2 : 1)}
          />
          <SelectField
            label="定标方式"
            value={regime.awardRight}
            options={options(REGIME_TEXTS.awardRight)}
            onChange={set("awardRight")}
          />
          <SelectField
            label="评标场所"
            value={regime.evaluationVenue}
            options={options(REGIME_TEXTS.evaluationVenue)}
            onChange={set("evaluationVenue")}
          />
        </div>
        <p className="small muted">
          资格预审为合格制：先公开征集申请，符合全部资格条件的申请人才能获取招标文件、投标；有限数量制不提供。邀请招标的对象由招标人直接确定，不作资格预审。双信封的报价封装在第二信封，第一信封（技术、商务）评审结束后另行开启。
        </p>
        <CheckField label="依法必须招标" checked={regime.mandatory} onChange={set("mandatory")} />
        <CheckField
          label="国有资金占控股或者主导地位"
          checked={regime.stateFundsDominant}
          onChange={set("stateFundsDominant")}
        />
        <CheckField label="两阶段招标" checked={regime.twoStage} onChange={set("twoStage")} />
        <p className="small muted">
          两阶段招标用于技术复杂或者无法精确拟定技术规格的项目：第一阶段公开征集不带报价的技术建议，招标人据此确定技术标准和要求；第二阶段只向在第一阶段提交技术建议的投标人提供招标文件，投标人提交最终技术方案和报价，投标保证金在第二阶段提出（《招标投标法实施条例》第三十条）。平台的两阶段招标采用公开招标，不再另作资格预审，可以用单信封或者双信封。
        </p>
        <CheckField label="接受联合体投标" checked={regime.consortium} onChange={set("consortium")} />
      </fieldset>
      <fieldset className="group">
        <legend>标段</legend>
        <div className="form-grid">
          {text("lotName", "标段名称")}
          <TextField
            label="标段估算价（元）"
            value={form.estimate}
            inputMode="decimal"
            hint="例如 12,800,000.00"
            onChange={(estimate) => setForm({ ...form, estimate })}
          />
        </div>
        <TextArea
          label="标段内容（招标范围）"
          value={form.content}
          onChange={(content) => setForm({ ...form, content })}
        />
      </fieldset>
      {act.note}
      <p>
        <button type="submit" className="btn btn-primary" disabled={act.running}>
          {act.running ? "正在保存…" : "保存招标方案"}
        </button>
      </p>
    </form>
  );
}
