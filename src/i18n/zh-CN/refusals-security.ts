/** Sentences of refusals about bid securities. */
export const security = {
  "security.bank_unreachable": "保证金开户银行没有应答，账号未取得。请稍后再试；保证金须在投标截止时间前到账。",
  "security.decided_before": "该笔保证金是否退还已经决定，不能再改。请刷新页面查看决定。",
  "security.no_bank": "本站没有登记保证金开户银行，暂不能以转账缴纳。请改用保函，或联系平台运营人员。",
  "security.no_tenderer_account":
    "贵单位没有登记基本账户，不予退还的保证金无处划转。请先在“单位信息”登记基本账户后再决定。",
  "security.no_transfer": "本招标文件不接受以转账缴纳保证金，或不要求保证金。请按招标文件规定的形式提交保函。",
  "validity.asked": "上一次延长投标有效期的请求尚在答复期内，至 {until}。请在答复期满后再次提出。",
  "validity.left":
    "该候选人没有同意延长投标有效期，其投标已经失效，不能确定为中标人。请按名次确定其他候选人，或者重新招标。",
  "validity.not_longer": "新的有效期须晚于现在的有效期（至 {end}）。请改为更晚的日期。",
  "validity.not_now": "现在不能请求延长投标有效期：须在开标结束后、中标通知书发出前。请核对标段状态。",
  "validity.over": "投标有效期已于 {end} 届满，不能再延长。请依法重新招标。",
  "validity.replied_before": "贵单位已经答复过这次请求，不能再改。请刷新页面查看答复。",
  "validity.reply_over": "答复期限已于 {until} 届满，没有记录答复；期满未答复的视为不同意延长。请联系招标人。",
  "validity.reply_time": "答复期限须晚于现在，并且不晚于投标有效期届满（{end}）。请修改答复期限。",
} as const;
