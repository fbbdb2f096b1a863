import type { Metadata } from "next";
import { Fragment } from "react";
import { formatDate } from "@/core/time";
import { inContext, legalNow } from "@/kit/db/context";
import { schedulesOf } from "@/lifecycle/fees/experts-view";
import { ScheduleList } from "@/lifecycle/fees/ui/schedule-list";
import { EXTENSION } from "@/lifecycle/opening/measures";
import { OUTAGE_RULE } from "@/lifecycle/opening/outage";
import { operatorRelationsOf } from "@/platform/party/queries";
import { FREE_OF_CHARGE } from "@/platform/service/terms";
import { disclosureOf } from "@/platform/site/queries";
import { isInForce } from "@/platform/site/rules";
import { DISCLOSURES, type DisclosureKey, PROFESSIONS } from "@/platform/site/schema";
import { requestRuntime } from "@/server/web/context";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "平台信息公开" };

export default async function AboutPage() {
  const { site, now, schedules, disclosure, certifications, professionals, priceList, relations } = await page(
    async () => {
      const { db, site } = await requestRuntime();
      const relations = await operatorRelationsOf(db, site.operatorCreditCode);
      const schedules = await inContext(db, { siteId: site.id, role: "public" }, schedulesOf);
      return { site, relations, schedules, now: await legalNow(db), ...(await disclosureOf(db, site.id)) };
    },
  );
  const disclosed = (Object.keys(DISCLOSURES) as DisclosureKey[]).filter((name) => disclosure[name]);
  const prices = priceList.length ? priceList : FREE_OF_CHARGE;
  return (
    <>
      <h1>平台信息公开</h1>
      <section className="card" aria-labelledby="operator-title">
        <h2 id="operator-title">运营机构</h2>
        <dl className="fields">
          <dt>平台名称</dt>
          <dd>{site.name}</dd>
          <dt>平台标识代码</dt>
          <dd className="hash">{site.platformCode}</dd>
          <dt>运营机构</dt>
          <dd>{site.operatorName}</dd>
          <dt>统一社会信用代码</dt>
          <dd className="hash">{site.operatorCreditCode}</dd>
          <dt>公共服务平台对接</dt>
          <dd>{site.hubUrl ? "已配置省公共服务平台" : "未配置"}</dd>
          {disclosed.map((name) => (
            <Fragment key={name}>
              <dt>{DISCLOSURES[name]}</dt>
              <dd>{disclosure[name]}</dd>
            </Fragment>
          ))}
        </dl>
      </section>
      <section className="card scroll-x" aria-labelledby="tests-title">
        <h2 id="tests-title">检测认证</h2>
        {certifications.length === 0 && <p className="muted">运营机构没有登记检测认证证书。</p>}
        {certifications.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">检测认证机构</th>
                <th scope="col">证书编号</th>
                <th scope="col">有效期</th>
                <th scope="col">报告</th>
              </tr>
            </thead>
            <tbody>
              {certifications.map((each) => (
                <tr key={each.number}>
                  <th scope="row">{each.body}</th>
                  <td className="hash">{each.number}</td>
                  <td>
                    {each.from} 至 {each.until}
                    {isInForce(each, now) ? "" : "（不在有效期内）"}
                  </td>
                  <td>
                    <a href={each.url} rel="noopener noreferrer">
                      查看报告
                    </a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="card scroll-x" aria-labelledby="expert-fees-title">
        <h2 id="expert-fees-title">评标专家劳务报酬标准</h2>
        <ScheduleList schedules={schedules} />
      </section>
      <section className="card scroll-x" aria-labelledby="staff-title">
        <h2 id="staff-title">专业人员</h2>
        {professionals.length === 0 && <p className="muted">运营机构没有登记专业人员。</p>}
        {professionals.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">姓名</th>
                <th scope="col">专业</th>
                <th scope="col">资格或者职称</th>
              </tr>
            </thead>
            <tbody>
              {professionals.map(({ name, profession, qualification }) => (
                <tr key={`${name} ${qualification}`}>
                  <th scope="row">{name}</th>
                  <td>{PROFESSIONS[profession]}</td>
                  <td>{qualification}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="card scroll-x" aria-labelledby="relations-title">
        <h2 id="relations-title">运营机构的关联单位</h2>
        <p>
          依据《电子招标投标办法》第二十三条，运营机构以及与其有控股或者管理关系可能影响招标公正性的单位，不得在本平台投标。平台在注册和每次上传投标文件时核对，属于下列单位的不予接收；关联关系解除后不再限制，记录保留。
        </p>
        {relations.length === 0 && <p className="muted">运营机构没有登记关联单位。</p>}
        {relations.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">单位</th>
                <th scope="col">统一社会信用代码</th>
                <th scope="col">关联关系</th>
                <th scope="col">登记日期</th>
                <th scope="col">状态</th>
              </tr>
            </thead>
            <tbody>
              {relations.map(({ id, creditCode, name, relation, enteredAt, endedAt, endReason }) => (
                <tr key={id}>
                  <th scope="row">{name}</th>
                  <td className="hash">{creditCode}</td>
                  <td>{relation}</td>
                  <td>{formatDate(enteredAt)}</td>
                  <td style={{ minWidth: "12em" }}>
                    {endedAt ? `${formatDate(endedAt)} 解除：${endReason}` : "不得投标"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="card" aria-labelledby="price-title">
        <h2 id="price-title">服务与收费{priceList.length ? "" : "（平台全部免费）"}</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">服务</th>
              <th scope="col">收费</th>
            </tr>
          </thead>
          <tbody>
            {prices.map(({ service, price }) => (
              <tr key={service}>
                <td>{service}</td>
                <td>{price}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="card" id="outage" aria-labelledby="outage-title">
        <h2 id="outage-title">平台故障时的处理规则</h2>
        <p>
          以下规则由系统自动执行，对所有标段相同，任何人不能临时决定适用或者不适用；每次中断的起止时间在
          <a href="/status">运行状态</a>公布，并写入项目留痕。
        </p>
        <ul>
          <li>
            投标截止前 {OUTAGE_RULE.watchMinutes} 分钟内，网页或投标文件接收累计中断满 {OUTAGE_RULE.leastSeconds}{" "}
            秒的，恢复后投标截止时间顺延：不少于损失的时间，且不少于 {OUTAGE_RULE.leastMoveMinutes} 分钟，落在工作日 9
            至 17 时。顺延以更正公告发布，并逐一通知已获取招标文件的单位。
          </li>
          <li>中断延续到投标截止时间的，不截止、不开标，标段中止，恢复后按前项顺延。</li>
          <li>
            解密时间内累计中断满 {OUTAGE_RULE.leastSeconds} 秒的，为所有投标人延长：补足损失的时间，恢复后至少还有{" "}
            {OUTAGE_RULE.leastWindowMinutes} 分钟；在此之前不认定任何投标人未解密。
          </li>
          <li>
            解密时间内主持人可以写明原因和证明材料，为所有投标人延长解密时间，每次不少于 {EXTENSION.leastMinutes}{" "}
            分钟，各次合计不超过招标文件规定的解密时间；也可以暂停开标，恢复后按剩余时间继续，至少还有{" "}
            {OUTAGE_RULE.leastWindowMinutes} 分钟。每次即时公布在开标大厅，并写入开标记录。
          </li>
          <li>
            资格预审申请文件、技术建议文件的截止和解密时间适用同样的规则；它们不公开开启，逐一通知获取文件的单位和递交的单位。
          </li>
          <li>已递交的投标文件始终有效并保持加密，可以替换或者撤回。</li>
        </ul>
      </section>
      <section className="card" aria-labelledby="open-title">
        <h2 id="open-title">工具与接口</h2>
        <p>
          投标文件格式、签名声明、回执、留痕和评标计算的规范公开，任何人可以按规范制作工具；平台不指定、不收费、不要求购买任何工具。
        </p>
        <p className="row">
          <a href="/specs/README.md">接口文档目录与版本</a>
          <a href="/specs/xbid.md">加密投标文件格式</a>
          <a href="/specs/statements.md">签名声明</a>
          <a href="/specs/receipt.md">递交回执</a>
          <a href="/specs/draft-copy.md">草稿密存</a>
          <a href="/specs/instructions.md">监督指令</a>
          <a href="/specs/xtd.md">结构化招标文件</a>
          <a href="/specs/priced-bill.md">工程量清单与报价清单</a>
          <a href="/specs/consortium.md">联合体投标</a>
          <a href="/specs/declaration.md">投标人声明</a>
          <a href="/specs/device-marks.md">制作机器信息</a>
          <a href="/specs/cli.md">投标命令行</a>
          <a href="/specs/evaluation.md">评标计算</a>
          <a href="/specs/trail.md">留痕</a>
        </p>
      </section>
    </>
  );
}
