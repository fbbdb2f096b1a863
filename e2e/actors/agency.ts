import { type Browser, expect } from "@playwright/test";
import { PersonAtScreen } from "./person";

export interface TenderPlan {
  readonly project: string;
  readonly content: string;
  readonly estimate: string;
  readonly ceiling: string;
  readonly security: string;
  /** Beijing wall times, `2026-06-10T09:30:00`. */
  readonly saleStart: string;
  readonly saleEnd: string;
  readonly deadline: string;
}

/** What a story does to a filled-in form before it is sent; usually nothing. */
const nothing = async (): Promise<void> => {};

/** The agency's project lead: drafts, publishes, hosts, publishes candidates. */
export class Agency extends PersonAtScreen {
  static async arrives(browser: Browser): Promise<Agency> {
    const { page, name, org } = await PersonAtScreen.signedIn(browser, "王信（演示）");
    return new Agency(page, name, org);
  }

  async drafts(plan: TenderPlan, before = nothing): Promise<string> {
    const { page } = this;
    await page.goto(`/w/${this.org}/tenders/new`);
    const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value);
    await fill("项目名称", plan.project);
    await fill("项目地点", "清溪市演示新区");
    await fill("审批文件名称", "关于项目初步设计的批复（演示）");
    await fill("审批文号", "清发改投资〔2026〕演示 9 号");
    await fill("项目规模", plan.content);
    await fill("招标项目名称", plan.project);
    await fill("委托代理合同编号", "WT-2026-演示-9");
    await fill("标段名称", "施工标段");
    await page.getByLabel("标段估算价（元）").fill(plan.estimate);
    await page.getByLabel("标段内容（招标范围）").fill(plan.content);
    await before();
    await page.getByRole("button", { name: "保存招标方案" }).click();
    await page.waitForURL(/tab=documents/);
    return /\/tenders\/([0-9a-f-]{36})/.exec(page.url())![1]!;
  }

  /** Writes the contract of agency and signs it for the own side; the tenderer signs at its own screen. */
  async proposesMandate(lotId: string): Promise<void> {
    const { page } = this;
    await this.opensRoom(lotId, "overview");
    await page
      .getByRole("form", { name: "拟定委托代理合同" })
      .getByRole("button", { name: "保存，交双方签署" })
      .click();
    await this.sees("招标人签章");
    await this.signWith("签署委托代理合同");
    await this.sees("已签署，等待另一方签署");
  }

  async opensRoom(lotId: string, tab: string): Promise<void> {
    await this.page.goto(`/w/${this.org}/tenders/${lotId}?tab=${tab}`);
  }

  async writesDocument(
    lotId: string,
    plan: TenderPlan,
    pdf: { name: string; buffer: Buffer },
    before = nothing,
  ): Promise<void> {
    const { page } = this;
    await this.opensRoom(lotId, "documents");
    const form = page.getByRole("form", { name: "招标文件" });
    await form
      .getByLabel(/^招标文件（PDF/)
      .setInputFiles({ name: pdf.name, mimeType: "application/pdf", buffer: pdf.buffer });
    await expect(form.getByRole("link", { name: pdf.name })).toBeVisible();
    await form.getByLabel("最高投标限价（元）").fill(plan.ceiling);
    await form.getByLabel("投标保证金（元）").fill(plan.security);
    await before();
    await form.getByRole("button", { name: "保存招标文件" }).click();
    await this.sees("招标文件已保存");
  }

  async writesNotice(lotId: string, plan: TenderPlan, before = nothing): Promise<void> {
    const { page } = this;
    await this.opensRoom(lotId, "schedule");
    const form = page.getByRole("form", { name: "日程与公告" });
    await form.getByLabel("获取招标文件开始时间（北京时间）").fill(plan.saleStart);
    await form.getByLabel("获取招标文件截止时间（北京时间）").fill(plan.saleEnd);
    await form.getByLabel("投标截止（开标）时间（北京时间）").fill(plan.deadline);
    await form.getByLabel("投标人资格能力要求").fill("具有建筑工程施工总承包三级及以上资质和有效的安全生产许可证");
    await form.getByLabel("实施地点").fill("清溪市演示新区");
    await form.getByLabel("工期（交货期、服务期）").fill("270 日历天");
    await form.getByLabel("联系人", { exact: true }).fill("王信（演示）");
    await form.getByLabel("联系电话").fill("0851-00000000");
    await form.getByLabel("发布责任人").fill("王信（演示）");
    await form.getByLabel("平台验证责任人").fill("核验员（演示）");
    await before();
    await form.getByRole("button", { name: "保存日程与公告" }).click();
    await this.sees("日程与公告已保存");
  }

  async publishes(lotId: string): Promise<void> {
    await this.opensRoom(lotId, "check");
    await this.sees("全部通过，可以发布");
    await this.signWith("签章并发布");
    await this.sees("投标中");
  }

  /** Writes and signs the record of the opening. */
  async signsRecord(lotId: string): Promise<void> {
    await this.opensRoom(lotId, "opening");
    await this.page.getByRole("button", { name: "生成开标记录" }).click();
    await this.sees("开标记录已生成");
    await this.signWith("签署开标记录");
    await this.sees(/开标结束/);
  }

  async requestsCommittee(lotId: string, at: string): Promise<void> {
    await this.opensRoom(lotId, "committee");
    await this.page.getByLabel(/^评标开始时间/).fill(at);
    await this.signWith("签章并申请抽取");
    await this.sees(/已提交组建申请|正在抽取/);
  }

  async startsEvaluation(lotId: string): Promise<void> {
    await this.opensRoom(lotId, "committee");
    await this.page.getByRole("button", { name: "开始评标" }).click();
    await this.sees("评标中");
  }

  async publishesCandidates(lotId: string): Promise<void> {
    await this.opensRoom(lotId, "award");
    await this.signWith("签章并公示中标候选人");
    await this.sees("中标候选人公示中");
  }
}

/** The tenderer: decides and sends the letters. */
export class Tenderer extends PersonAtScreen {
  static async arrives(browser: Browser): Promise<Tenderer> {
    const { page, name, org } = await PersonAtScreen.signedIn(browser, "贺明（演示）");
    return new Tenderer(page, name, org);
  }

  async signsMandate(lotId: string): Promise<void> {
    await this.page.goto(`/w/${this.org}/tenders/${lotId}?tab=overview`);
    await this.signWith("签署委托代理合同");
    await this.sees("双方已签署，委托代理合同生效");
  }

  async decidesAndSends(lotId: string): Promise<void> {
    await this.page.goto(`/w/${this.org}/tenders/${lotId}?tab=award`);
    await this.signWith("签章并定标");
    await this.sees("已定标");
    await this.signWith("签章并发出全部通知书");
    await this.sees("中标通知书已发");
  }
}
