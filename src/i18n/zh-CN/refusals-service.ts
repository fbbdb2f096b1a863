/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const service = {
  "service.signed_before": "贵单位已经签署平台服务合同，不需要再签。请刷新页面查看。",
} as const;
