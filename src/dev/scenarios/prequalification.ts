import { addDays, addHours } from "@/core/time";
import { inContext } from "@/kit/db/context";
import { drawReviewers, requestReviewDraw, reviewDrawDigest } from "@/lifecycle/committee/commands/review-draw";
import { addReviewer } from "@/lifecycle/committee/commands/reviewers";
import { experts } from "@/lifecycle/committee/tables";
import { readLot } from "@/lifecycle/lot/queries";
import { closeApplications } from "@/lifecycle/opening/commands/close-applications";
import { startReview } from "@/lifecycle/opening/commands/start-review";
import { savePrequalification } from "@/lifecycle/prequalification/commands/draft";
import { endStudy } from "@/lifecycle/prequalification/commands/end-study";
import { obtainPrequalification } from "@/lifecycle/prequalification/commands/obtain";
import { publishPrequalification } from "@/lifecycle/prequalification/commands/publish";
import { sendResults } from "@/lifecycle/prequalification/commands/results";
import {
  declareReviewer,
  markApplication,
  reviewDeclarationDigest,
  signReview,
} from "@/lifecycle/prequalification/commands/review";
import { prequalPublishView } from "@/lifecycle/prequalification/publication";
import {
  applicationOpeningsOf,
  formInForce,
  hasObtainedForm,
  reviewersOf,
  reviewReportOf,
} from "@/lifecycle/prequalification/queries";
import { composeReport } from "@/lifecycle/prequalification/review";
import { hashOf, needsReviewCommittee } from "@/lifecycle/prequalification/rules";
import type { PrequalContentInput } from "@/lifecycle/prequalification/schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { type BidPlan, submit } from "./bidding";
import { actorOf, type Person, signActAs } from "./person";
import { draftLot, draftNotice, type LotPlan, publish, simplePdf, waitForMedium } from "./tendering";
import type { Stage } from "./world-state";

/** What the demonstration asks of applicants. */
export const demoPrequalification = (from: Date, agency: Person, consortium = false): PrequalContentInput => ({
  title: "施工标段资格预审文件",
  instructions: "申请人按本文件的要求填写申请表、提交证明材料，经数字证书签名并加密后递交。",
  criteria: [
    {
      id: "licence",
      title: "资质",
      standard: "具有建筑工程施工总承包三级及以上资质和有效的安全生产许可证",
      evidence: "资质证书、安全生产许可证",
    },
    { id: "works", title: "业绩", standard: "近三年完成过类似工程不少于 1 项", evidence: "合同、竣工验收证明" },
    { id: "lead", title: "项目负责人", standard: "具有建筑工程专业二级及以上注册建造师资格", evidence: "注册证书" },
  ],
  form: [
    { id: "project_lead", label: "拟派项目负责人", kind: "text", required: true },
    { id: "similar_works", label: "近三年类似工程数量", kind: "integer", required: true },
  ],
  requiredFiles: [{ id: "proof", title: "资格证明材料" }],
  consortiumAllowed: consortium,
  saleEnd: addDays(from, 6).toISOString(),
  deadline: addDays(from, 12).toISOString(),
  decryptionWindowMinutes: 60,
  notice: {
    quantity: "1 项",
    performancePlace: "清溪市演示新区",
    performanceTime: "270 日历天",
    contactPerson: agency.name,
    contactPhone: "0851-00000000",
    responsiblePublisher: agency.name,
    responsibleVerifier: "核验员（演示）",
    other: "",
  },
});

/** What the demonstration asks of technical proposals: the same round, with things to treat in place of conditions. */
export const demoFirstStage = (from: Date, agency: Person, consortium = false): PrequalContentInput => {
  const usual = demoPrequalification(from, agency, consortium);
  return {
    ...usual,
    title: "第一阶段文件",
    instructions: "按本文件的要求说明技术建议，不带报价，经数字证书签名并加密后递交。",
    criteria: [],
    items: [
      { id: "solution", title: "技术方案", text: "拟采用的技术路线及其依据" },
      { id: "standard", title: "技术标准和指标", text: "建议采用的技术标准、主要性能指标" },
    ],
    form: [
      { id: "project_lead", label: "技术负责人", kind: "text", required: true },
      { id: "similar_works", label: "类似系统数量", kind: "integer", required: true },
    ],
    requiredFiles: [{ id: "proof", title: "资格证明材料" }],
    notice: { ...usual.notice, qualification: "具有与本项目相适应的设计、制造能力" },
  };
};

/** A lot whose first round is published: applications, or with two stages proposals, until twelve days from now. */
export async function openPrequalification(
  stage: Stage,
  plan: LotPlan,
): Promise<{ lotId: string; lotCode: string; deadline: Date }> {
  const made = await draftLot(stage, plan.twoStage ? plan : { ...plan, prequalified: true });
  await savePrequal(stage, made.lotId, plan);
  await publishPrequal(stage, made.lotId);
  return { ...made, deadline: (await stage.lot(made.lotId)).applicationDeadline! };
}

/** The agency writes the prequalification document. */
export async function savePrequal(
  stage: Stage,
  lotId: string,
  plan: { readonly twoStage?: boolean; readonly consortium?: boolean } = {},
): Promise<void> {
  const agency = stage.person("agency");
  const demo = plan.twoStage ? demoFirstStage : demoPrequalification;
  const content = demo(await stage.now(), agency, plan.consortium);
  await stage.act(agency, savePrequalification, { lotId, content });
}

/** Signs and publishes the prequalification, and waits until the medium has printed its notice. */
export async function publishPrequal(stage: Stage, lotId: string): Promise<void> {
  const agency = stage.person("agency");
  const actor = actorOf(agency, stage.app.site.id);
  const view = await inContext(stage.app.db, actor, async (tx) =>
    prequalPublishView(tx, actor, stage.app.site, lotId, await stage.now()),
  );
  const statement = await signActAs(agency, stage.app, view.toSign);
  await stage.act(agency, publishPrequalification, { lotId, statement });
  await waitForMedium(stage, lotId);
}

/** Obtains the document unless it has it, seals an application and hands it in. */
export async function apply(
  stage: Stage,
  applicant: Person,
  lotId: string,
  plan: Partial<Pick<BidPlan, "consortium" | "form">> = {},
) {
  const actor = actorOf(applicant, stage.app.site.id);
  if (!(await inContext(stage.app.db, actor, (tx) => hasObtainedForm(tx, actor, lotId))))
    await stage.act(applicant, obtainPrequalification, { lotId });
  const bytes = await simplePdf(
    "资格证明材料",
    [`申请人：${applicant.orgName}`, "资质、业绩、人员证明"],
    await stage.now(),
  );
  const files = [{ name: "资格证明材料.pdf", bytes }];
  const form = plan.form ?? { project_lead: `${applicant.name}项目经理`, similar_works: "3" };
  return submit(stage, applicant, lotId, { priceFen: 0n, ...plan, form, files }, "application");
}

/** Lets the deadline's service run until the applications are closed. */
export const reachApplicationOpening = (stage: Stage, lotId: string, state: "P2" | "F1") =>
  stage.until(lotId, state, () => stage.serve(closeApplications, { lotId }));

const REVIEWERS = ["expert-01", "expert-02", "expert-03", "expert-04", "tenderer"];

/**
 * Names and declares the reviewers; left out, four experts and the tenderer's representative. Where the law asks for a
 * committee as many experts are drawn as are named here, whoever they then are.
 */
export async function nameReviewers(
  stage: Stage,
  lotId: string,
  keys: readonly string[] = REVIEWERS,
): Promise<Person[]> {
  const agency = stage.person("agency");
  const wanted = keys.map((key) => stage.person(key));
  const tender = await tenderOf(stage, lotId);
  const isDrawn = needsReviewCommittee(tender.regime);
  const named = isDrawn ? wanted.filter(({ role }) => role !== "expert") : wanted;
  const known = await inContext(stage.app.db, actorOf(agency, stage.app.site.id), (tx) => tx.select().from(experts));
  for (const { personId, role } of named) {
    const expert = known.find((one) => one.personId === personId);
    const kind = role === "expert" ? "expert" : "tenderer";
    await stage.act(agency, addReviewer, { lotId, kind, who: expert?.code ?? personId });
  }
  const drawn =
    isDrawn && wanted.length > named.length ? await drawExperts(stage, lotId, wanted.length - named.length) : [];
  const reviewers = [...drawn, ...named];
  for (const person of reviewers) await declareAs(stage, lotId, person);
  return reviewers;
}

const tenderOf = (stage: Stage, lotId: string) =>
  inContext(stage.worker.db, { siteId: stage.app.site.id, role: "platform" }, async (tx) =>
    tenderProjectOf(tx, (await readLot(tx, lotId)).tenderProjectId),
  );

/** Requests the experts of a review committee and has them drawn. */
export async function drawExperts(stage: Stage, lotId: string, expertCount: number): Promise<Person[]> {
  const agency = stage.person("agency");
  const { code, applicationDeadline } = await stage.lot(lotId);
  const request = {
    ...{ lotId, speciality: "房屋建筑", expertCount, standbyCount: 2, avoidance: [] },
    reviewAt: addHours(applicationDeadline!, 2).toISOString(),
  };
  const toSign = { act: "prequalification.request-draw", subject: code, digest: await reviewDrawDigest(request) };
  const statement = await signActAs(agency, stage.app, toSign);
  await stage.act(agency, requestReviewDraw, { ...request, statement, hostNonce: "1".repeat(64) });
  const service = { siteId: stage.app.site.id, role: "platform" };
  for (let tries = 0; tries < 200; tries++) {
    await stage.serve(drawReviewers, { lotId });
    const rows = (await inContext(stage.worker.db, service, (tx) => reviewersOf(tx, lotId))).filter(
      ({ place }) => place !== null,
    );
    if (rows.length === expertCount)
      return rows.map(({ personId }) => [...stage.people.values()].find((one) => one.personId === personId)!);
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the experts were not drawn");
}

/** A reviewer signs its declaration. */
export async function declareAs(stage: Stage, lotId: string, person: Person): Promise<void> {
  const { code } = await stage.lot(lotId);
  const toSign = { act: "prequalification.declare", subject: code, digest: reviewDeclarationDigest(code) };
  await stage.act(person, declareReviewer, { lotId, statement: await signActAs(person, stage.app, toSign) });
}

/**
 * Every reviewer judges every opened application, and all sign the report.
 *
 * @param failed - organisations whose works are found too few
 */
export async function review(
  stage: Stage,
  lotId: string,
  reviewers: readonly Person[],
  failed: readonly string[],
): Promise<string> {
  await stage.act(stage.person("agency"), startReview, { lotId });
  for (const person of reviewers) {
    const actor = actorOf(person, stage.app.site.id);
    const { openings, content } = await inContext(stage.app.db, actor, async (tx) => ({
      openings: await applicationOpeningsOf(tx, lotId),
      content: (await formInForce(tx, lotId)).content,
    }));
    for (const { applicationId, orgId, state } of openings) {
      if (state !== "decrypted") continue;
      const marks = content.criteria.map(({ id }) => {
        const passed = id !== "works" || !failed.includes(orgId);
        return { criterionId: id, passed, reason: passed ? "" : "业绩证明材料中没有类似工程" };
      });
      await stage.act(person, markApplication, { lotId, applicationId, marks });
    }
  }
  for (const person of reviewers) await signReviewAs(stage, lotId, person);
  return reportHashOf(stage, lotId, reviewers[0]!);
}

const reportHashOf = (stage: Stage, lotId: string, reader: Person): Promise<string> =>
  inContext(stage.app.db, actorOf(reader, stage.app.site.id), async (tx) => {
    const kept = await reviewReportOf(tx, lotId);
    return kept?.reportHash ?? hashOf(await composeReport(tx, await stage.lot(lotId)));
  });

export async function signReviewAs(stage: Stage, lotId: string, person: Person): Promise<void> {
  const { code } = await stage.lot(lotId);
  const digest = await reportHashOf(stage, lotId, person);
  const toSign = { act: "prequalification.sign-report", subject: code, digest };
  await stage.act(person, signReview, { lotId, statement: await signActAs(person, stage.app, toSign) });
}

/** The host sends every applicant its result. */
export async function announceResults(stage: Stage, lotId: string): Promise<void> {
  const agency = stage.person("agency");
  const { code } = await stage.lot(lotId);
  const toSign = {
    act: "prequalification.send-results",
    subject: code,
    digest: await reportHashOf(stage, lotId, agency),
  };
  await stage.act(agency, sendResults, { lotId, statement: await signActAs(agency, stage.app, toSign) });
}

/** The host begins to read the technical proposals, and ends the first stage. */
export async function endFirstStage(stage: Stage, lotId: string): Promise<void> {
  const agency = stage.person("agency");
  if ((await stage.lot(lotId)).state === "P2") await stage.act(agency, startReview, { lotId });
  const { code } = await stage.lot(lotId);
  const toSign = { act: "proposal.end-study", subject: code, digest: await reportHashOf(stage, lotId, agency) };
  await stage.act(agency, endStudy, { lotId, statement: await signActAs(agency, stage.app, toSign) });
}

/** Publishes the tender document to those who were found qualified. */
export async function inviteQualified(stage: Stage, lotId: string): Promise<void> {
  await draftNotice(stage, lotId, { prequalified: true });
  await publish(stage, lotId);
}
