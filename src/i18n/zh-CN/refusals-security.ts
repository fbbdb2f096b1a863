/** Sentences of refusals about bid securities. */
export const security = {
  "security.bank_unreachable": "保证金开户银行没有应答，账号未取得。请稍后再试；保证金须在投标截止时间前到账。",
  "security.decided_before": "该笔保证金是否退还已经决定，不能再改。请刷新页面查看决定。",
  "security.no_bank": "本站没有登记保证金开户银行，暂不能以转账缴纳。请改用保函，或联系平台运营人员。",
  "security.no_tenderer_account":
    "贵单位没有登记基本账户，不予退还的保证金无处划转。请先在“单位信息”登记基本账户后再决定。",
  "security.no_transfer": "本招标文件不接受以转账缴纳保证金，或不要求保证金。请按招标文件规定的形式提交保函。",
} as const;
