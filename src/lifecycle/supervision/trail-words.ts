/** Acts of the trail as people call them; the trail itself keeps the words of the law's vocabulary. */
const ACTIONS: Readonly<Record<string, string>> = {
  "lot.drafted": "建立标段",
  "lot.moved": "状态变更",
  "tender-document.drafted": "编制招标文件",
  "notice.drafted": "编制公告与日程",
  "mandate.proposed": "拟定委托代理合同",
  "mandate.signed": "签署委托代理合同",
  "lint.answered": "说明疑似限制、排斥投标人的表述",
  "notice.published": "签章发布公告和招标文件",
  "notice.withdrawn": "撤回公告、终止招标",
  "notice.printed-by-medium": "法定媒介发布",
  "closing-record.signed": "截标记录签署",
  "sealed-trail.joined": "封存留痕并入",
  "prices.announced": "唱标",
  "opening.confirmed": "确认开标记录",
  "opening.objected": "提出开标异议",
  "opening.answered": "答复开标异议",
  "opening-record.prepared": "生成开标记录",
  "opening-record.signed": "签署开标记录",
  "bid.decrypted": "投标文件已解密",
  "bid.not-opened": "投标文件未能解密",
  "bid.decrypt-skipped": "解密任务重复，未执行",
  "committee.requested": "申请组建评标委员会",
  "committee.drawn": "抽取专家和工位",
  "review.preliminary-ended": "初步评审结束",
  "evaluation.computed": "计算评标结果",
  "report.built": "生成评标报告",
  "report.signed": "签署评标报告",
  "report.dissented": "签署评标报告（保留不同意见）",
  "candidates.published": "公示中标候选人",
  "award.decided": "定标",
  "award-notices.sent": "发出中标通知书和结果通知书",
  "archive.built": "生成归档包",
};

const ROLES: Readonly<Record<string, string>> = {
  tenderer: "招标人",
  agency: "招标代理",
  bidder: "投标人",
  expert: "评标专家",
  supervisor: "监督部门",
  venue: "评标场所",
  operator: "平台运营",
  platform: "平台",
};

export const actionWord = (action: string): string => ACTIONS[action] ?? action;
export const roleWord = (role: string): string => ROLES[role] ?? role;
