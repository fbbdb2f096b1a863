/** Sentences of refusals about contracts of agency. */
export const mandate = {
  "mandate.no_agency":
    "该招标项目由招标人自行办理，不需要委托代理合同。未保存；确需委托的，请先把组织形式改为委托招标。",
  "mandate.not_covered":
    "不能办理：委托代理合同 {number} 的委托事项不包括“{act}”，或不在委托期限内。请由招标人办理，或双方签署新的委托代理合同。",
  "mandate.signed_before": "贵单位已经签署这份委托代理合同，不需要再签。请刷新页面查看另一方是否已签署。",
  "mandate.superseded": "这份委托代理合同已有新稿，不能再签。未保存，请刷新页面核对新稿后签章。",
} as const;
