import type { PriceLine } from "@/platform/site/schema";

/** What a site without a price list of its own charges (O20 art. 22): nothing. */
export const FREE_OF_CHARGE: readonly PriceLine[] = [
  { service: "注册、登录、查看公告", price: "免费" },
  { service: "获取招标文件", price: "平台不收费；按成本收费的由招标人或其代理机构收取，平台不提成" },
  { service: "编制、加密、递交、撤回投标文件", price: "免费" },
  { service: "开标、评标、定标、归档服务", price: "免费" },
  { service: "核验工具、接口规范", price: "免费" },
];

/** Both sides of a service contract, and what is charged. */
export interface ServiceParties {
  readonly platform: { readonly name: string; readonly code: string };
  readonly operator: { readonly name: string; readonly creditCode: string };
  readonly customer: { readonly creditCode: string };
  readonly prices: readonly PriceLine[];
}

export interface ServiceTerms {
  readonly format: "xinbiao-service-contract/1";
  readonly platform: ServiceParties["platform"];
  readonly operator: ServiceParties["operator"];
  readonly customer: ServiceParties["customer"];
  readonly clauses: readonly { readonly title: string; readonly text: string }[];
}

/**
 * The service contract (平台服务合同) between who tenders on the platform and its operator: content, fee, ownership of
 * data, secrecy, keeping (O20 art. 16). Its words follow from the site alone, so that both sides sign the same ones; new
 * prices are a new contract.
 */
export function serviceTerms({ platform, operator, customer, prices }: ServiceParties): ServiceTerms {
  return {
    format: "xinbiao-service-contract/1",
    platform,
    operator,
    customer,
    clauses: [
      {
        title: "服务内容",
        text: `${operator.name}通过${platform.name}向招标人（招标代理机构）提供发布、发售、答疑、接收、开标、评标、定标和归档的电子交易服务，按《电子招标投标办法》和公布的技术规范运行。平台不参与招标投标活动，不设置法定条件以外的注册、登记或者使用条件。`,
      },
      { title: "服务收费", text: prices.map(({ service, price }) => `${service}：${price}`).join("；") },
      {
        title: "数据归属",
        text: "招标投标活动中产生的数据归依法产生该数据的招标人、投标人和其他当事人所有；平台只为完成交易、依法公开、依法报送和归档而处理，不用于其他目的，不转让、不出售。招标人可随时取得本单位项目的全部归档数据，格式公开。",
      },
      {
        title: "保密",
        text: "开标前，任何人包括平台运营机构的工作人员不得打开投标文件，不得查询、透露获取招标文件和递交投标文件的单位名称、数量以及其他可能影响公平竞争的情况；评标过程和评标委员会成员名单依法保密。违反的，依法承担责任。",
      },
      {
        title: "保存",
        text: "交易数据、电子文件和操作留痕存储在中国境内，按国家有关档案管理的规定期限保存；服务终止的，平台在停止服务前向招标人移交其全部归档数据。",
      },
      {
        title: "生效",
        text: "双方电子签章后生效；收费或者本合同内容变化的，另签新的合同，此前已发布的标段按原合同继续办理。",
      },
    ],
  };
}
