/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const general = {
  "general.not_found": "没有找到这项内容，或您无权查看。请检查网址，或从工作台重新进入。",
  "general.forbidden": "您当前的身份不能办理此事。请核对页面顶部显示的单位和角色，必要时切换身份后再试。",
  "general.signed_out": "您尚未登录或登录已失效。已填写的内容仍在本页，请重新登录后继续。",
  "general.step_up_required": "此事项须用数字证书再次确认身份。请选择证书并输入口令后继续。",
  "general.invalid_input": "填写的内容不符合要求（{field}）：{problem}。内容未保存，请修改后重新提交。",
  "general.idempotency_mismatch": "同一操作编号对应了两份不同的内容，系统没有执行第二份。请刷新页面，核对后重新办理。",
  "general.unavailable":
    "系统暂时不能确认结果：可能已完成，也可能没有。请勿重复填写，稍后用同一页面重试，系统只会执行一次。",
  "general.changed_meanwhile": "内容刚刚被他人更改，本次没有保存。请刷新页面，核对后重新办理。",
  "general.fault": "系统出了问题（编号 {fault}）。已填写的内容仍在本页；请稍后重试，或把编号告诉平台客服。",
  "general.clock_hold":
    "平台时钟偏差为 {offsetMs} 毫秒，超过 2 秒，截标和开标已暂停，递交照常接收。请等待值班人员处理。",
  "general.chain_broken": "留痕链校验不一致：第 {seq} 条。此标段已冻结复核，请联系监督人员。",
} as const;
